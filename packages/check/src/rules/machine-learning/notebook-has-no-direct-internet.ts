/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const notebookHasNoDirectInternet: Rule = {
  id: "notebook-has-no-direct-internet",
  title: "The notebook has no direct way to the internet",
  why: "From a notebook with records in it, one line of Python sends them anywhere.",
  remedy: "Set DirectInternetAccess to Disabled, with a subnet.",
  snippet: `
Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { DirectInternetAccess: Disabled, SubnetId: s } }`,
  severity: "high",
  topics: ["egress-control", "network-isolation"],
  types: ["AWS::SageMaker::NotebookInstance"],
  judge(thing: Resource) {
    return all(thing.at("DirectInternetAccess").equals("Disabled"), thing.at("SubnetId").exists());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { DirectInternetAccess: Disabled, SubnetId: s } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: ml.t3.medium } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { DirectInternetAccess: Enabled } }`,
      },
    ],
  },
};
