/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const buildUsesCustomerKey: Rule = {
  id: "build-uses-customer-key",
  title: "The build encrypts with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set EncryptionKey.",
  snippet: `
Thing: { Type: AWS::CodeBuild::Project, Properties: { EncryptionKey: k } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::CodeBuild::Project"],
  judge(thing: Resource) {
    return thing.at("EncryptionKey").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { EncryptionKey: k } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Name: b } }` }],
  },
};
