/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const agentUsesCustomerKey: Rule = {
  id: "agent-uses-customer-key",
  title: "The Bedrock agent is encrypted with a key of your own",
  why: "Sessions of an agent hold what patients wrote.",
  remedy: "Set CustomerEncryptionKeyArn.",
  snippet: `
Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a, CustomerEncryptionKeyArn: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Bedrock::Agent"],
  judge(thing: Resource) {
    return thing.at("CustomerEncryptionKeyArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a, CustomerEncryptionKeyArn: k } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Bedrock::Agent, Properties: { AgentName: a } }` }],
  },
};
