/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const busUsesCustomerKey: Rule = {
  id: "bus-uses-customer-key",
  title: "The event bus is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyIdentifier.",
  snippet: `
Thing: { Type: AWS::Events::EventBus, Properties: { Name: b, KmsKeyIdentifier: k } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Events::EventBus"],
  judge(thing: Resource) {
    return thing.at("KmsKeyIdentifier").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Events::EventBus, Properties: { Name: b, KmsKeyIdentifier: k } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Events::EventBus, Properties: { Name: b } }` }],
  },
};
