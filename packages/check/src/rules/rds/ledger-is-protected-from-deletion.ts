/** 45 CFR 164.312(c)(1): records are not altered or destroyed improperly. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const ledgerIsProtectedFromDeletion: Rule = {
  id: "ledger-is-protected-from-deletion",
  title: "The ledger refuses to be deleted",
  why: "A ledger is kept because it can't be altered; one call removes it whole.",
  remedy: "Leave DeletionProtection true.",
  snippet: `
Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: STANDARD, DeletionProtection: true } }`,
  severity: "high",
  topics: ["deletion-protection"],
  types: ["AWS::QLDB::Ledger"],
  judge(thing: Resource) {
    return not(thing.at("DeletionProtection").isFalse());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: STANDARD, DeletionProtection: true } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: STANDARD, DeletionProtection: false } }`,
      },
    ],
  },
};
