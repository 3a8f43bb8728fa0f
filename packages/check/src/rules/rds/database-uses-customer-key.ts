/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseUsesCustomerKey: Rule = {
  id: "database-uses-customer-key",
  title: "The database is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId to a customer managed key.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: true, KmsKeyId: alias/phi } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    return thing.at("DBClusterIdentifier").isFilled().outcome === "pass"
      ? "notApplicable"
      : thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: true, KmsKeyId: alias/phi } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { StorageEncrypted: true } }` }],
  },
};
