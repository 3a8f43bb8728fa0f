/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const warehouseKeepsBackups: Rule = {
  id: "warehouse-keeps-backups",
  title: "The warehouse keeps backups",
  why: "With 0 days there is no snapshot.",
  remedy: "Leave AutomatedSnapshotRetentionPeriod at 1 or more.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { AutomatedSnapshotRetentionPeriod: 7 } }`,
  severity: "high",
  topics: ["backup"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    const days = thing.at("AutomatedSnapshotRetentionPeriod");
    return days.isAbsent ? pass() : days.atLeast(1);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { AutomatedSnapshotRetentionPeriod: 7 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { AutomatedSnapshotRetentionPeriod: 0 } }`,
      },
    ],
  },
};
