/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const instanceHasARole: Rule = {
  id: "instance-has-a-role",
  title: "The instance acts by a role",
  why: "Without a role, keys end up on its disk, and stay good for ever.",
  remedy: "Set IamInstanceProfile.",
  snippet: `
Instance: { Type: AWS::EC2::Instance, Properties: { IamInstanceProfile: p } }`,
  severity: "medium",
  topics: ["credential-rotation", "least-privilege"],
  types: ["AWS::EC2::Instance"],
  judge(instance: Resource) {
    return instance.at("IamInstanceProfile").exists();
  },
  samples: {
    good: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { IamInstanceProfile: p } }` }],
    bad: [{ cloudformation: `Instance: { Type: AWS::EC2::Instance, Properties: { ImageId: a } }` }],
  },
};
