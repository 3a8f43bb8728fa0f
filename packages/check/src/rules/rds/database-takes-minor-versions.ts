/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseTakesMinorVersions: Rule = {
  id: "database-takes-minor-versions",
  title: "The database takes minor versions by itself",
  why: "Minor versions close holes; one that waits for a person waits for years.",
  remedy: "Set AutoMinorVersionUpgrade to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { AutoMinorVersionUpgrade: true } }`,
  severity: "low",
  topics: ["patching"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    return thing.at("AutoMinorVersionUpgrade").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { AutoMinorVersionUpgrade: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { AutoMinorVersionUpgrade: false } }` },
    ],
  },
};
