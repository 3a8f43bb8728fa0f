/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const ledgerAsksForPermissions: Rule = {
  id: "ledger-asks-for-permissions",
  title: "The ledger asks for permissions on each table",
  why: "In the mode ALLOW_ALL whoever may reach the ledger may read and write all of it.",
  remedy: "Set PermissionsMode to STANDARD.",
  snippet: `
Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: STANDARD } }`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::QLDB::Ledger"],
  judge(thing: Resource) {
    return thing.at("PermissionsMode").equals("STANDARD");
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: STANDARD } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::QLDB::Ledger, Properties: { PermissionsMode: ALLOW_ALL } }` }],
  },
};
