/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseSpansZones: Rule = {
  id: "database-spans-zones",
  title: "The database has a standby in another zone",
  why: "One zone fails for hours now and then; with it, without a standby, every record.",
  remedy: "Set MultiAZ to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { MultiAZ: true } }`,
  severity: "medium",
  topics: ["availability"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    if (any(thing.at("DBClusterIdentifier").isFilled(), thing.at("Engine").matches(/^aurora/)).outcome === "pass")
      return "notApplicable";
    return thing.at("MultiAZ").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MultiAZ: true } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MultiAZ: false } }` },
    ],
  },
};
