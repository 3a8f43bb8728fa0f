/** 45 CFR 164.312(a)(2)(iv): a decryption that needs a permission of its own. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const tableUsesKms: Rule = {
  id: "table-uses-kms",
  title: "The table is encrypted through KMS",
  why: "DynamoDB's own key decrypts for whoever may read the table, and no use of it is recorded in your account.",
  remedy: "Set SSESpecification with SSEEnabled, best with a key of your own.",
  snippet: `
SSESpecification: { SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt PhiKey.Arn }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
  judge(table: Resource) {
    return table.at("SSESpecification.SSEEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { SSESpecification: { SSEEnabled: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table }` },
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { SSESpecification: { SSEEnabled: false } } }`,
      },
    ],
  },
};
