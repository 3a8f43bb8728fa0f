/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const tableStatesItsBillingMode: Rule = {
  id: "table-states-its-billing-mode",
  title: "The table says how it scales",
  why: "Capacity that nobody chose throttles on the first busy Monday, and a throttled write of a result is a lost one where the caller gives up.",
  remedy: "Set BillingMode to PAY_PER_REQUEST, or ProvisionedThroughput with autoscaling.",
  snippet: `
BillingMode: PAY_PER_REQUEST`,
  severity: "low",
  topics: ["availability", "cost"],
  types: ["AWS::DynamoDB::Table"],
  judge(table: Resource) {
    return table.at("BillingMode").equals("PAY_PER_REQUEST", "PROVISIONED");
  },
  samples: {
    good: [{ cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { BillingMode: PAY_PER_REQUEST } }` }],
    bad: [
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table }` },
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { BillingMode: whatever } }` },
    ],
  },
};
