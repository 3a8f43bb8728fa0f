/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const endpointUsesCustomerKey: Rule = {
  id: "endpoint-uses-customer-key",
  title: "The endpoint is encrypted with a key of your own",
  why: "What is sent to a model to be judged is a record.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::SageMaker::EndpointConfig, Properties: { ProductionVariants: [], KmsKeyId: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SageMaker::EndpointConfig"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::EndpointConfig, Properties: { ProductionVariants: [], KmsKeyId: k } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::SageMaker::EndpointConfig, Properties: { ProductionVariants: [] } }` },
    ],
  },
};
