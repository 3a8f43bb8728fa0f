/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const fhirStoreUsesCustomerKey: Rule = {
  id: "fhir-store-uses-customer-key",
  title: "The FHIR store is encrypted with a key of your own",
  why: "It holds whole records. Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set CmkType to CUSTOMER_MANAGED_KMS_KEY and name the key.",
  snippet: `
Thing: { Type: AWS::HealthLake::FHIRDatastore, Properties: { DatastoreTypeVersion: R4, SseConfiguration: { KmsEncryptionConfig: { CmkType: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: k } } } }`,
  severity: "high",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::HealthLake::FHIRDatastore"],
  judge(thing: Resource) {
    const encryption = thing.at("SseConfiguration.KmsEncryptionConfig");
    return all(encryption.at("CmkType").equals("CUSTOMER_MANAGED_KMS_KEY"), encryption.at("KmsKeyId").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::HealthLake::FHIRDatastore, Properties: { DatastoreTypeVersion: R4, SseConfiguration: { KmsEncryptionConfig: { CmkType: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: k } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::HealthLake::FHIRDatastore, Properties: { DatastoreTypeVersion: R4 } }` },
      {
        cloudformation: `Thing: { Type: AWS::HealthLake::FHIRDatastore, Properties: { DatastoreTypeVersion: R4, SseConfiguration: { KmsEncryptionConfig: { CmkType: AWS_OWNED_KMS_KEY } } } }`,
      },
    ],
  },
};
