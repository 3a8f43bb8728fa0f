/** 45 CFR 164.308(a)(3)(i): nobody gets access that they were not given. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const identityPassesNamedRoles: Rule = {
  id: "identity-passes-named-roles",
  title: "iam:PassRole is allowed for named roles",
  why: "Who may pass any role to a service gets the powers of the strongest role in the account.",
  remedy: "Name the roles that may be passed, and the service in iam:PassedToService.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: iam:PassRole
      Resource: !GetAtt TaskRole.Arn
      Condition: { StringEquals: { iam:PassedToService: ecs-tasks.amazonaws.com } }`,
  severity: "high",
  topics: ["privilege-escalation", "least-privilege"],
  types: IDENTITY_TYPES,
  judge(identity: Resource) {
    return noGrant(identity, (statement) =>
      all(
        // A bare "*" is judged as such by its own rules, but it passes roles as well.
        statement.coversAction("iam:PassRole"),
        statement.hasWildcardResource(),
        not(statement.hasCondition("iam:PassedToService")),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "iam:PassRole", Resource: "arn:aws:iam::111122223333:role/x-*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "iam:PassRole", Resource: "*", Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } } }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["iam:PassRole"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: ["iam:PassRole", "s3:ListBucket"], Resource: "*" } } }] } }`,
      },
    ],
  },
};
