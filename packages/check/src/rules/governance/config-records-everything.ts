/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const configRecordsEverything: Rule = {
  id: "config-records-everything",
  title: "Config records every kind of resource",
  why: "What is not recorded can be changed and changed back unseen.",
  remedy: "Set RecordingGroup.AllSupported to true.",
  snippet: `
Thing: { Type: AWS::Config::ConfigurationRecorder, Properties: { RoleARN: r, RecordingGroup: { AllSupported: true } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::Config::ConfigurationRecorder"],
  judge(thing: Resource) {
    return any(thing.at("RecordingGroup.AllSupported").isTrue(), not(thing.at("RecordingGroup").exists()));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Config::ConfigurationRecorder, Properties: { RoleARN: r, RecordingGroup: { AllSupported: true } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Config::ConfigurationRecorder, Properties: { RoleARN: r, RecordingGroup: { AllSupported: false } } }`,
      },
    ],
  },
};
