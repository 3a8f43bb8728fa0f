/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const tableIsProtectedFromDeletion: Rule = {
  id: "table-is-protected-from-deletion",
  title: "The table refuses to be deleted",
  why: "A stack that is deleted by mistake takes the table with it, and the records.",
  remedy: "Set DeletionProtectionEnabled to true.",
  snippet: `
DeletionProtectionEnabled: true`,
  severity: "medium",
  topics: ["deletion-protection"],
  types: ["AWS::DynamoDB::Table"],
  judge(table: Resource) {
    return table.at("DeletionProtectionEnabled").isTrue();
  },
  samples: {
    good: [
      { cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { DeletionProtectionEnabled: true } }` },
    ],
    bad: [{ cloudformation: `Table: { Type: AWS::DynamoDB::Table }` }],
  },
};
