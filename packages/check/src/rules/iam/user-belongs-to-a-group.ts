/** 45 CFR 164.308(a)(4)(ii)(C): access is reviewed. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const userBelongsToAGroup: Rule = {
  id: "user-belongs-to-a-group",
  title: "The user gets powers through a group",
  why: "A group says what its members are for; without one, each user is a case of their own.",
  remedy: "Set Groups to what the user is for.",
  snippet: `
User:
  Type: AWS::IAM::User
  Properties: { Groups: [!Ref Readers] }`,
  severity: "low",
  topics: ["least-privilege"],
  types: ["AWS::IAM::User"],
  judge(user: Resource, graph: Graph) {
    const joined = graph
      .ofType("AWS::IAM::UserToGroupAddition")
      .map((addition) => addition.at("Users").some((one) => graph.means(one, user)));
    return any(user.at("Groups").isFilled(), ...joined);
  },
  samples: {
    good: [
      { cloudformation: `User: { Type: AWS::IAM::User, Properties: { Groups: [g] } }` },
      {
        cloudformation: `
User: { Type: AWS::IAM::User }
Add: { Type: AWS::IAM::UserToGroupAddition, Properties: { GroupName: g, Users: [!Ref User] } }`,
      },
    ],
    bad: [{ cloudformation: `User: { Type: AWS::IAM::User }` }],
  },
};
