/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const studioUsesCustomerKey: Rule = {
  id: "studio-uses-customer-key",
  title: "The studio is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId to a key of your own.",
  snippet: `
Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d, KmsKeyId: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SageMaker::Domain"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d, KmsKeyId: k } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d } }` }],
  },
};
