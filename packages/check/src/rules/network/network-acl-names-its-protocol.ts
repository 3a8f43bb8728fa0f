/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const networkAclNamesItsProtocol: Rule = {
  id: "network-acl-names-its-protocol",
  title: "The network ACL allows named protocols",
  why: "Protocol -1 allows everything, whatever ports the entry names.",
  remedy: "Name the protocol: 6 for TCP, 17 for UDP.",
  snippet: `
Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 443, To: 443 } } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource) {
    if (not(entry.at("RuleAction").equals("allow")).outcome === "pass") return "notApplicable";
    // ICMPv6 without its types, or for IPv4 addresses, is read as everything.
    const isIcmp6 = entry.at("Protocol").equals(58, "icmpv6");
    const narrowed = all(entry.at("Ipv6CidrBlock").exists(), entry.at("Icmp").exists());
    return all(not(entry.at("Protocol").equals("-1", "all")), any(not(isIcmp6), narrowed));
  },
  samples: {
    good: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 443, To: 443 } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: -1, CidrBlock: 10.0.0.0/8 } }`,
      },
    ],
  },
};
