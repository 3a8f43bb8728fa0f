/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const tableHasPointInTimeRecovery: Rule = {
  id: "table-has-point-in-time-recovery",
  title: "The table can be restored to any second",
  why: "A bad deployment or a deletion takes minutes to be noticed. Without point-in-time recovery what it destroyed is gone.",
  remedy: "Set PointInTimeRecoveryEnabled to true.",
  snippet: `
PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }`,
  severity: "high",
  topics: ["backup", "disaster-recovery"],
  types: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
  judge(table: Resource) {
    if (table.type === "AWS::DynamoDB::GlobalTable") {
      return table
        .at("Replicas")
        .every((replica) => replica.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled").isTrue());
    }
    return table.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table }` },
      {
        cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } } }`,
      },
    ],
  },
};
