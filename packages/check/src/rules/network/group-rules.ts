/** The rules of a security group, whether they stand inside of it or are resources of their own. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, type Truth } from "../../graph/truth.ts";

export const INGRESS_TYPES: readonly string[] = ["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"];
export const EGRESS_TYPES: readonly string[] = ["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress"];

/** Asks every rule of one direction; says nothing of a group that has none. */
export function everyRule(
  resource: Resource,
  direction: "Ingress" | "Egress",
  question: (rule: Property) => Truth,
): Truth | "notApplicable" {
  if (resource.type !== "AWS::EC2::SecurityGroup") return question(resource.whole);
  const rules = resource.at(`SecurityGroup${direction}`);
  return rules.isAbsent ? "notApplicable" : rules.every(question);
}

/** The range that a rule is about is all of the internet. */
export function isWholeWorld(rule: Property): Truth {
  const open = (range: Property) => range.some((one) => one.matches(/^(0\.0\.0\.0\/0|::\/0|0000:.*\/0)$/));
  const [four, six] = [rule.at("CidrIp"), rule.at("CidrIpv6")];
  const answers = [four, six].filter((one) => !one.isAbsent).map(open);
  return (
    answers.find(({ outcome }) => outcome === "pass") ??
    answers.find(({ outcome }) => outcome === "unknown") ??
    open(four)
  );
}

/** The rule lets this port through. */
export function opensPort(rule: Property, port: number): Truth {
  const everything = rule.at("IpProtocol").equals("-1", "all");
  if (everything.outcome === "pass") return everything;
  const [from, to] = [rule.at("FromPort"), rule.at("ToPort")];
  if (from.isAbsent) return from.equals("a port");
  return all(from.atMost(port), to.isAbsent ? from.atLeast(port) : to.atLeast(port));
}
