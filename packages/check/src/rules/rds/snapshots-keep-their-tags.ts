/** Hygiene: no clause asks for it, operations do. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const snapshotsKeepTheirTags: Rule = {
  id: "snapshots-keep-their-tags",
  title: "Snapshots of the database keep its tags",
  why: "What is not marked as holding records is deleted, shared or forgotten like anything else.",
  remedy: "Set CopyTagsToSnapshot to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { CopyTagsToSnapshot: true } }`,
  severity: "low",
  topics: ["data-classification"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    if (thing.type === "AWS::RDS::DBInstance" && thing.at("DBClusterIdentifier").exists().outcome === "pass")
      return "notApplicable";
    return thing.at("CopyTagsToSnapshot").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { CopyTagsToSnapshot: true } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` }],
  },
};
