/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const warehouseTakesUpgrades: Rule = {
  id: "warehouse-takes-upgrades",
  title: "The warehouse takes upgrades in a window that was chosen",
  why: "Upgrades close holes; a window keeps them out of working hours.",
  remedy: "Leave AllowVersionUpgrade on and set PreferredMaintenanceWindow and AutomatedSnapshotRetentionPeriod.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { PreferredMaintenanceWindow: sun:03:00-sun:04:00 } }`,
  severity: "low",
  topics: ["patching"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return all(
      not(thing.at("AllowVersionUpgrade").isFalse()),
      thing.at("PreferredMaintenanceWindow").isFilled(),
      not(thing.at("AutomatedSnapshotRetentionPeriod").equals(0)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { PreferredMaintenanceWindow: sun:03:00-sun:04:00 } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { AllowVersionUpgrade: false } }` },
      { cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` },
    ],
  },
};
