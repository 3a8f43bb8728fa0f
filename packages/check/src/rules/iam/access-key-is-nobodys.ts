/** 45 CFR 164.308(a)(3)(ii)(C): access ends when employment does. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const accessKeyIsNobodys: Rule = {
  id: "access-key-is-nobodys",
  title: "No access key is made",
  why: "An access key works from anywhere until someone remembers it. Most cloud breaches begin with one in a repository.",
  remedy: "Use a role: for functions their own, for people and builds a short-lived session by an identity provider.",
  snippet: `
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement:
        - Effect: Allow
          Principal: { Federated: !Ref OidcProvider }
          Action: sts:AssumeRoleWithWebIdentity`,
  severity: "medium",
  topics: ["credential-rotation", "authentication"],
  types: ["AWS::IAM::AccessKey"],
  judge(key: Resource) {
    const isOff = key.at("Status").equals("Inactive");
    return isOff.outcome === "pass" ? pass() : fail("an access key is made", key.spot);
  },
  samples: {
    good: [{ cloudformation: `Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: u, Status: Inactive } }` }],
    bad: [{ cloudformation: `Key: { Type: AWS::IAM::AccessKey, Properties: { UserName: u } }` }],
  },
};
