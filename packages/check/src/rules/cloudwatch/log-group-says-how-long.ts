/** 45 CFR 164.316(b)(2)(i): six years for what documents compliance. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const logGroupSaysHowLong: Rule = {
  id: "log-group-says-how-long",
  title: "The log group says how long it keeps",
  why: "Left unsaid, logs are kept for ever and paid for ever; nobody can say when PHI that slipped in will be gone.",
  remedy: "Set RetentionInDays: 2192 for an audit log, less for others.",
  snippet: `
Thing: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 365 } }`,
  severity: "low",
  topics: ["log-retention", "cost"],
  types: ["AWS::Logs::LogGroup"],
  judge(thing: Resource) {
    return thing.at("RetentionInDays").equals(...SPANS);
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 365 } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Logs::LogGroup }` }],
  },
};

/** The only ones that CloudWatch takes. */
const SPANS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
];
