/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const networkAclDeniesEveryone: Rule = {
  id: "network-acl-denies-everyone",
  title: "A deny of the network ACL holds for everyone",
  why: "A deny for one address stops nobody: the next address is a click away. It belongs into a firewall.",
  remedy: "Deny 0.0.0.0/0 and ::/0, and allow what is needed.",
  snippet: `
Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: deny, Protocol: -1, CidrBlock: 0.0.0.0/0 } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource) {
    if (not(entry.at("RuleAction").equals("deny")).outcome === "pass") return "notApplicable";
    const [four, six] = [entry.at("CidrBlock"), entry.at("Ipv6CidrBlock")];
    return all(
      four.isAbsent ? pass() : four.equals("0.0.0.0/0"),
      six.isAbsent ? pass() : six.matches(/^(::|0+(:0+)*)\/0$/),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: deny, Protocol: -1, CidrBlock: 0.0.0.0/0 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: deny, Protocol: -1, CidrBlock: 172.0.0.1/32 } }`,
      },
    ],
  },
};
