/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const accessKeyIsNotOfRoot: Rule = {
  id: "access-key-is-not-of-root",
  title: "No access key belongs to the root user",
  why: "The root user cannot be limited by any policy. Its key is the whole account in two lines of text.",
  remedy: "Delete the key; use roles.",
  snippet: `
Role:
  Type: AWS::IAM::Role`,
  severity: "critical",
  topics: ["credential-rotation", "least-privilege"],
  types: ["AWS::IAM::AccessKey"],
  waivable: false,
  judge(key: Resource, graph: Graph) {
    const user = key.at("UserName");
    const named = graph.target(user);
    const owner = named ? named.at("UserName") : user;
    return owner.isAbsent ? "notApplicable" : not(owner.equals("root"));
  },
  samples: {
    good: [{ cloudformation: `Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: build } }` }],
    bad: [
      { cloudformation: `Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: root } }` },
      {
        terraform: `
resource "aws_iam_user" "u" {
  name = "root"
}
resource "aws_iam_access_key" "k" {
  user = aws_iam_user.u.name
}`,
      },
    ],
  },
};
