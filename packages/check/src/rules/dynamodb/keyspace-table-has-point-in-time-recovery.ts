/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const keyspaceTableHasPointInTimeRecovery: Rule = {
  id: "keyspace-table-has-point-in-time-recovery",
  title: "The keyspace table can be restored to any second",
  why: "A wrong write is copied to every replica at once; only the state of the second before helps.",
  remedy: "Set PointInTimeRecoveryEnabled to true.",
  snippet: `
Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k, PointInTimeRecoveryEnabled: true } }`,
  severity: "high",
  topics: ["backup", "disaster-recovery"],
  types: ["AWS::Cassandra::Table"],
  judge(thing: Resource) {
    return thing.at("PointInTimeRecoveryEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k, PointInTimeRecoveryEnabled: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Cassandra::Table, Properties: { KeyspaceName: k } }` }],
  },
};
