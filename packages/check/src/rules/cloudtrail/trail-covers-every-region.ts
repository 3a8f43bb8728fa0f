/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailCoversEveryRegion: Rule = {
  id: "trail-covers-every-region",
  title: "The trail records every region",
  why: "Whoever wants not to be seen works in a region that nobody looks at.",
  remedy: "Set IsMultiRegionTrail to true.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, IsMultiRegionTrail: true } }`,
  severity: "high",
  topics: ["audit-logging"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return thing.at("IsMultiRegionTrail").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, IsMultiRegionTrail: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true } }` }],
  },
};
