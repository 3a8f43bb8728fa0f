/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailIsRecording: Rule = {
  id: "trail-is-recording",
  title: "The trail records",
  why: "A trail that is switched off records nothing, least of all who switched it off.",
  remedy: "Set IsLogging to true.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, S3BucketName: b } }`,
  severity: "critical",
  topics: ["audit-logging"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return thing.at("IsLogging").isTrue();
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, S3BucketName: b } }` },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: false, S3BucketName: b } }` },
    ],
  },
};
