/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const clusterKeepsBackupsForAWeek: Rule = {
  id: "cluster-keeps-backups-for-a-week",
  title: "The graph or document database keeps backups for a week",
  why: "One day is kept where nothing is said; a fault that is noticed after a weekend is then in every backup.",
  remedy: "Set BackupRetentionPeriod to 7 days or more.",
  snippet: `
Thing: { Type: AWS::DocDB::DBCluster, Properties: { MasterUsername: u, BackupRetentionPeriod: 14 } }`,
  severity: "medium",
  topics: ["backup", "disaster-recovery"],
  types: ["AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"],
  judge(thing: Resource) {
    const days = thing.at("BackupRetentionPeriod");
    return days.isAbsent ? fail("BackupRetentionPeriod is not set: one day is kept", days.spot) : days.atLeast(7);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBCluster, Properties: { MasterUsername: u, BackupRetentionPeriod: 14 } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::DocDB::DBCluster, Properties: { MasterUsername: u } }` },
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBCluster, Properties: { MasterUsername: u, BackupRetentionPeriod: 3 } }`,
      },
    ],
  },
};
