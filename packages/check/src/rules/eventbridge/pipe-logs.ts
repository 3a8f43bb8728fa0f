/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const pipeLogs: Rule = {
  id: "pipe-logs",
  title: "The pipe logs what it could not pass on",
  why: "A pipe drops what fails after its retries; its log is the only word of it.",
  remedy: "Set LogConfiguration.",
  snippet: `
Thing: { Type: AWS::Pipes::Pipe, Properties: { Source: s, LogConfiguration: { Level: ERROR } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::Pipes::Pipe"],
  judge(thing: Resource) {
    return all(thing.at("LogConfiguration").isFilled(), not(thing.at("LogConfiguration.Level").equals("OFF")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Pipes::Pipe, Properties: { Source: s, LogConfiguration: { Level: ERROR } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Pipes::Pipe, Properties: { Source: s } }` }],
  },
};
