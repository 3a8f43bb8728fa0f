/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import { isOfSameAcl } from "./same-acl.ts";
import type { Rule } from "../rule.ts";

export const networkAclNumbersAreUnique: Rule = {
  id: "network-acl-numbers-are-unique",
  title: "No two entries of a network ACL have the same number",
  why: "Of two entries with one number AWS takes one. Which of them guards the subnet is then chance.",
  remedy: "Give each entry of a direction its own RuleNumber.",
  snippet: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 6 } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 6, Egress: true } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource, graph: Graph) {
    const number = entry.at("RuleNumber").number();
    if (number === undefined)
      return entry.at("RuleNumber").isAbsent ? "notApplicable" : entry.at("RuleNumber").undecided();
    const direction = (one: Resource) => one.at("Egress").isTrue().outcome;
    const twin = graph
      .ofType("AWS::EC2::NetworkAclEntry")
      .find(
        (other) =>
          other !== entry &&
          other.at("RuleNumber").number() === number &&
          direction(other) === direction(entry) &&
          isOfSameAcl(entry, other, graph),
      );
    return twin ? fail(`${twin.name} has number ${number} too`, entry.at("RuleNumber").spot) : pass();
  },
  samples: {
    good: [
      {
        cloudformation: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 6 } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 6, Egress: true } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
One: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 6 } }
Two: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, Protocol: 17 } }`,
      },
    ],
  },
};
