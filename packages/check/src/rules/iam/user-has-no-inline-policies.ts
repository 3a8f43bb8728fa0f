/** 45 CFR 164.308(a)(4)(ii)(C): access is reviewed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const userHasNoInlinePolicies: Rule = {
  id: "user-has-no-inline-policies",
  title: "The user has no policies of their own",
  why: "Powers that hang on single users are the ones that nobody reviews, and that stay when the user changes jobs.",
  remedy: "Put the user into a group, or better let people sign in through an identity provider and assume roles.",
  snippet: `
User:
  Type: AWS::IAM::User
  Properties: { Groups: [!Ref Readers] }`,
  severity: "medium",
  topics: ["least-privilege", "separation"],
  types: ["AWS::IAM::User"],
  judge(user: Resource) {
    return not(user.at("Policies").isFilled());
  },
  samples: {
    good: [{ cloudformation: `User: { Type: AWS::IAM::User, Properties: { Groups: [g] } }` }],
    bad: [
      {
        cloudformation: `User: { Type: AWS::IAM::User, Properties: { Policies: [{ PolicyName: p, PolicyDocument: {} }] } }`,
      },
    ],
  },
};
