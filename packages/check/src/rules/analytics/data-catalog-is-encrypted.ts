/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const dataCatalogIsEncrypted: Rule = {
  id: "data-catalog-is-encrypted",
  title: "The data catalog is encrypted",
  why: "The catalog says where records lie and what their columns are called, and keeps the passwords of connections.",
  remedy: "Set CatalogEncryptionMode to SSE-KMS and ReturnConnectionPasswordEncrypted to true.",
  snippet: `
Thing: { Type: AWS::Glue::DataCatalogEncryptionSettings, Properties: { CatalogId: "1", DataCatalogEncryptionSettings: { ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true, KmsKeyId: k }, EncryptionAtRest: { CatalogEncryptionMode: SSE-KMS } } } }`,
  severity: "medium",
  topics: ["encryption-at-rest"],
  types: ["AWS::Glue::DataCatalogEncryptionSettings"],
  judge(thing: Resource) {
    const settings = thing.at("DataCatalogEncryptionSettings");
    return all(
      settings.at("EncryptionAtRest.CatalogEncryptionMode").matches(/^SSE-KMS/),
      settings.at("ConnectionPasswordEncryption.ReturnConnectionPasswordEncrypted").isTrue(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Glue::DataCatalogEncryptionSettings, Properties: { CatalogId: "1", DataCatalogEncryptionSettings: { ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true, KmsKeyId: k }, EncryptionAtRest: { CatalogEncryptionMode: SSE-KMS } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Glue::DataCatalogEncryptionSettings, Properties: { CatalogId: "1", DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode: SSE-KMS } } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Glue::DataCatalogEncryptionSettings, Properties: { CatalogId: "1", DataCatalogEncryptionSettings: { ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true }, EncryptionAtRest: { CatalogEncryptionMode: DISABLED } } } }`,
      },
    ],
  },
};
