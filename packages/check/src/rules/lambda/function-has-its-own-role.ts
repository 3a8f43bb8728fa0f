/** 45 CFR 164.312(a)(2)(i): one identity for each program. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionHasItsOwnRole: Rule = {
  id: "function-has-its-own-role",
  title: "No two functions share a role",
  why: "Functions that share a role each have the powers of all: a hole in the one that resizes images opens the records of the one that files results.",
  remedy: "Give each function a role of its own.",
  snippet: `
FunctionRole:
  Type: AWS::IAM::Role
Function:
  Type: AWS::Lambda::Function
  Properties: { Role: !GetAtt FunctionRole.Arn }`,
  severity: "medium",
  topics: ["separation", "least-privilege"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource, graph: Graph) {
    const role = fn.at("Role");
    if (role.isAbsent) return "notApplicable";
    const owner = graph.target(role);
    const sharing = graph.ofType("AWS::Lambda::Function").find((other) => {
      if (other.id === fn.id) return false;
      if (owner) return graph.target(other.at("Role")) === owner;
      return role.text() !== undefined && other.at("Role").text() === role.text();
    });
    if (sharing) return fail(`${sharing.name} has the same role`, role.spot);
    return owner || role.text() !== undefined ? pass() : role.undecided();
  },
  samples: {
    good: [
      {
        cloudformation: `
Role: { Type: AWS::IAM::Role }
Other: { Type: AWS::IAM::Role }
Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
Second: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Other.Arn } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Role: { Type: AWS::IAM::Role }
Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
Second: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }`,
      },
    ],
  },
};
