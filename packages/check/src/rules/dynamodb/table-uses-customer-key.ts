/** 45 CFR 164.312(a)(2)(iv): a key that can be denied, watched and withdrawn. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const tableUsesCustomerKey: Rule = {
  id: "table-uses-customer-key",
  title: "The table is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched, and withdrawn.",
  remedy: "Set SSESpecification.KMSMasterKeyId to a customer managed key.",
  snippet: `
SSESpecification: { SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt PhiKey.Arn }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::DynamoDB::Table"],
  judge(table: Resource) {
    const key = table.at("SSESpecification.KMSMasterKeyId");
    return all(
      table.at("SSESpecification.SSEEnabled").isTrue(),
      key.isFilled(),
      not(key.matches(/alias\/aws\/dynamodb$/)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: alias/phi } } }`,
      },
    ],
    bad: [
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table }` },
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { SSESpecification: { SSEEnabled: true } } }`,
      },
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: alias/aws/dynamodb } } }`,
      },
    ],
  },
};
