/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const notebookUsesCustomerKey: Rule = {
  id: "notebook-uses-customer-key",
  title: "The notebook is encrypted with a key of your own",
  why: "A notebook holds samples of the records that it was made for.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: ml.t3.medium, KmsKeyId: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::SageMaker::NotebookInstance"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: ml.t3.medium, KmsKeyId: k } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: ml.t3.medium } }`,
      },
    ],
  },
};
