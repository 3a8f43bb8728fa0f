/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Property } from "../../graph/property.ts";
import type { Rule } from "../rule.ts";

export const taskHasARoleOfItsOwn: Rule = {
  id: "task-has-a-role-of-its-own",
  title: "The task acts by another role than the one that starts it",
  why: "The role that starts a task reads its secrets and images; the code in the task needs neither.",
  remedy: "Give TaskRoleArn another role than ExecutionRoleArn.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, TaskRoleArn: "arn:aws:iam::123456789012:role/a", ExecutionRoleArn: "arn:aws:iam::123456789012:role/b" } }`,
  severity: "low",
  topics: ["least-privilege", "separation"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    const [own, start] = [thing.at("TaskRoleArn"), thing.at("ExecutionRoleArn")];
    if (own.isAbsent || start.isAbsent) return "notApplicable";
    if (own.isUnknown || start.isUnknown) return own.isUnknown ? own.undecided() : start.undecided();
    return isSame(own, start) ? fail("TaskRoleArn and ExecutionRoleArn are the same", own.spot) : pass();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, TaskRoleArn: "arn:aws:iam::123456789012:role/a", ExecutionRoleArn: "arn:aws:iam::123456789012:role/b" } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Family: f, TaskRoleArn: "arn:aws:iam::123456789012:role/a", ExecutionRoleArn: "arn:aws:iam::123456789012:role/a" } }`,
      },
    ],
  },
};

function isSame(one: Property, other: Property): boolean {
  if (one.value.kind !== "reference" || other.value.kind !== "reference")
    return one.text() !== undefined && one.text() === other.text();
  return one.value.resource !== "" && one.value.resource === other.value.resource;
}
