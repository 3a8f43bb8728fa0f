/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const keyspaceTableUsesCustomerKey: Rule = {
  id: "keyspace-table-uses-customer-key",
  title: "The keyspace table is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set EncryptionType to CUSTOMER_MANAGED_KMS_KEY and name the key.",
  snippet: `
Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k, EncryptionSpecification: { EncryptionType: CUSTOMER_MANAGED_KMS_KEY, KmsKeyIdentifier: k } } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Cassandra::Table"],
  judge(thing: Resource) {
    return thing.at("EncryptionSpecification.EncryptionType").equals("CUSTOMER_MANAGED_KMS_KEY");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k, EncryptionSpecification: { EncryptionType: CUSTOMER_MANAGED_KMS_KEY, KmsKeyIdentifier: k } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k } }` }],
  },
};
