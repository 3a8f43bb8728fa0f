/** 45 CFR 164.308(a)(1)(ii)(B): measures that can be reviewed. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupIsDescribed: Rule = {
  id: "security-group-is-described",
  title: "The security group says what it is for",
  why: "A group that nobody can explain is never removed, for fear of breaking something.",
  remedy: "Set GroupDescription.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: the FHIR functions } }`,
  severity: "low",
  topics: ["hygiene"],
  types: ["AWS::EC2::SecurityGroup", "AWS::ElastiCache::SecurityGroup", "AWS::Redshift::ClusterSecurityGroup"],
  judge(group: Resource) {
    return any(group.at("GroupDescription").isFilled(), group.at("Description").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: the FHIR functions } }`,
      },
    ],
    bad: [{ cloudformation: `Group: { Type: AWS::EC2::SecurityGroup }` }],
  },
};
