/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const timeSeriesUseCustomerKey: Rule = {
  id: "time-series-use-customer-key",
  title: "Time series are encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId to a key of your own.",
  snippet: `
Thing: { Type: AWS::Timestream::Database, Properties: { KmsKeyId: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Timestream::Database"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Timestream::Database, Properties: { KmsKeyId: k } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Timestream::Database }` }],
  },
};
