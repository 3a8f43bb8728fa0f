/** 45 CFR 164.312(d): who asks is verified. */
import type { Graph } from "../../graph/graph.ts";
import { identityPolicies } from "../../graph/identity-policies.ts";
import type { PolicyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const groupRequiresMfa: Rule = {
  id: "group-requires-mfa",
  title: "The group asks for a second factor",
  why: "A password alone is phished every day. Where the policies of a group ask for MFA, a stolen password opens nothing.",
  remedy: "Add a condition on aws:MultiFactorAuthPresent to what the group is allowed.",
  snippet: `
Condition: { Bool: { aws:MultiFactorAuthPresent: "true" } }`,
  severity: "medium",
  topics: ["authentication"],
  types: ["AWS::IAM::Group"],
  judge(group: Resource, graph: Graph) {
    const asks = (document: PolicyDocument) =>
      document.some((statement) => statement.hasCondition("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"));
    const attached = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].flatMap(
      (type) => graph.attached(group, type, "Groups").sure,
    );
    const referred = group
      .at("ManagedPolicyArns")
      .items()
      .flatMap((policy) => graph.target(policy) ?? []);
    const documents = [group, ...attached, ...referred].flatMap(identityPolicies);
    return any(
      ...documents.map(asks),
      fail("no policy of the group has a condition on aws:MultiFactorAuthPresent", group.spot),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `
Group: { Type: AWS::IAM::Group }
Policy: { Type: AWS::IAM::Policy, Properties: { Groups: [!Ref Group], PolicyDocument: { Statement: [{ Effect: Allow, Action: "ec2:StartInstances", Resource: "arn:aws:ec2:::x", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }] } } }`,
      },
    ],
    bad: [{ cloudformation: `Group: { Type: AWS::IAM::Group }` }],
  },
};
