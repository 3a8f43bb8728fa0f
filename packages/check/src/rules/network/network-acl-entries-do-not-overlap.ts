/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { isOfSameAcl } from "./same-acl.ts";
import type { Rule } from "../rule.ts";

export const networkAclEntriesDoNotOverlap: Rule = {
  id: "network-acl-entries-do-not-overlap",
  title: "No two entries of a network ACL are about the same ports",
  why: "Where two entries overlap, the lower number decides, and a later change of the other one does nothing that anyone sees.",
  remedy: "Give the entries ports of their own.",
  snippet: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 80, To: 80 } } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 101, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 443, To: 443 } } }
Acl: { Type: AWS::EC2::NetworkAcl }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource, graph: Graph) {
    const twin = graph
      .ofType("AWS::EC2::NetworkAclEntry")
      .find((other) => other !== entry && overlaps(entry, other, graph));
    return twin ? fail(`${twin.name} is about the same ports`, entry.spot) : pass();
  },
  samples: {
    good: [
      {
        cloudformation: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 80, To: 80 } } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 101, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 443, To: 443 } } }
Acl: { Type: AWS::EC2::NetworkAcl }`,
      },
    ],
    bad: [
      {
        cloudformation: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 80, To: 90 } } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 101, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 85, To: 100 } } }
Acl: { Type: AWS::EC2::NetworkAcl }`,
      },
    ],
  },
};

function overlaps(one: Resource, other: Resource, graph: Graph): boolean {
  if (!isOfSameAcl(one, other, graph)) return false;
  const egress = (entry: Resource) => entry.at("Egress").isTrue().outcome;
  if (egress(one) !== egress(other) || one.at("Protocol").text() !== other.at("Protocol").text()) return false;
  if (one.at("CidrBlock").isAbsent !== other.at("CidrBlock").isAbsent) return false;
  const port = (entry: Resource, end: string) => entry.at(`PortRange.${end}`).number() ?? Number.NaN;
  return port(one, "From") <= port(other, "To") && port(other, "From") <= port(one, "To");
}
