/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const notebookGivesNoRoot: Rule = {
  id: "notebook-gives-no-root",
  title: "Users of the notebook are not root",
  why: "Root changes the settings that keep the notebook's data inside.",
  remedy: "Set RootAccess to Disabled.",
  snippet: `
Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: t, RoleArn: r, RootAccess: Disabled } }`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::SageMaker::NotebookInstance"],
  judge(thing: Resource) {
    return thing.at("RootAccess").equals("Disabled");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: t, RoleArn: r, RootAccess: Disabled } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: t, RoleArn: r } }`,
      },
    ],
  },
};
