/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailFilesAreSigned: Rule = {
  id: "trail-files-are-signed",
  title: "The files of the trail are signed",
  why: "Without digests nobody can prove that a log was not changed.",
  remedy: "Set EnableLogFileValidation to true.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EnableLogFileValidation: true } }`,
  severity: "high",
  topics: ["log-protection", "integrity"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return thing.at("EnableLogFileValidation").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EnableLogFileValidation: true } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true } }` },
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EnableLogFileValidation: false } }`,
      },
    ],
  },
};
