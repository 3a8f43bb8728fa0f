/**
 * A resource of a template as the account will show it: what the template writes apart (a role's policies, a group's
 * rules) is there in one, and what AWS adds where the template says nothing is there as well.
 */
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import { list, map, scalar, type MapValue, type Value } from "../graph/value.ts";
import { everyAddress, protocolOf } from "./shapes/identity.ts";
import { isNothing, itemsOf, lookUp, textAt } from "./live-value.ts";

export function expectedProperties(resource: Resource, graph: Graph): MapValue {
  if (resource.type === "AWS::IAM::Role") return withPolicies(resource, graph);
  if (resource.type === "AWS::EC2::SecurityGroup") return withRules(resource, graph);
  return resource.properties;
}

/** What is compared of a live resource, in one notation with `expectedProperties`. */
export function comparableProperties(type: string, properties: MapValue): MapValue {
  if (type !== "AWS::EC2::SecurityGroup") return properties;
  const entries = new Map(properties.entries);
  for (const path of ["SecurityGroupIngress", "SecurityGroupEgress"]) {
    const rules = entries.get(path);
    if (rules) entries.set(path, plainRules(rules));
  }
  return { ...properties, entries };
}

/** Where a template says nothing the default is an egress to everywhere. */
function withRules(resource: Resource, graph: Graph): MapValue {
  const entries = new Map(resource.properties.entries);
  for (const [path, type] of [
    ["SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress"],
    ["SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress"],
  ] as const) {
    const { sure, maybe } = graph.attached(resource, type, "GroupId");
    const own = entries.get(path);
    if (own && own.kind !== "list" && own.kind !== "map") continue;
    const items = [...itemsOf(own), ...sure.map(({ properties }) => properties as Value)];
    const why = maybe.length > 0 ? "rules that may belong to it" : own?.kind === "list" ? own.open : undefined;
    if (items.length > 0 || why !== undefined)
      entries.set(path, plainRules(list(items, own?.spot ?? resource.spot, why)));
    else if (path === "SecurityGroupEgress") entries.set(path, everyAddress(resource.spot));
  }
  return { ...resource.properties, entries };
}

const RULE_PARTS = ["FromPort", "ToPort", "CidrIp", "CidrIpv6"] as const;
const PEERS = [
  ["PeerSecurityGroupId", /^(Source|Destination)SecurityGroupId$|^PeerSecurityGroupId$/],
  ["PeerPrefixListId", /^(Source|Destination)PrefixListId$|^PeerPrefixListId$/],
] as const;

/** Protocol, ports and peer, which is all of a rule that lets anything through. */
function plainRules(rules: Value): Value {
  if (rules.kind !== "list" && rules.kind !== "map") return rules;
  const items = itemsOf(rules).map((rule) => {
    if (rule.kind !== "map") return rule;
    const entries = new Map<string, Value>();
    const protocol = lookUp(rule, "IpProtocol");
    if (protocol) {
      entries.set(
        "IpProtocol",
        protocol.kind === "scalar" ? scalar(protocolOf(String(protocol.value)), protocol.spot) : protocol,
      );
    }
    const isAll = textAt(map(entries, rule.spot), "IpProtocol") === "-1";
    for (const part of RULE_PARTS) {
      const found = lookUp(rule, part);
      if (found && !(isAll && part.endsWith("Port"))) entries.set(part, found);
    }
    for (const [name, pattern] of PEERS) {
      const found = [...rule.entries].find(([key, value]) => pattern.test(key) && !isNothing(value));
      if (found) entries.set(name, found[1]);
    }
    return map(entries, rule.spot);
  });
  return rules.kind === "list" ? { ...rules, items } : list(items, rules.spot);
}

function withPolicies(resource: Resource, graph: Graph): MapValue {
  const { sure, maybe } = graph.attached(resource, "AWS::IAM::Policy", "Roles");
  const managed = graph.attached(resource, "AWS::IAM::ManagedPolicy", "Roles");
  const entries = new Map(resource.properties.entries);
  const written = entries.get("Policies");
  if (sure.length + maybe.length > 0 && (written === undefined || written.kind === "list")) {
    const items = sure.map(({ properties, spot }) => {
      const kept = ["PolicyName", "PolicyDocument"].flatMap((key) => {
        const value = properties.entries.get(key);
        return value ? [[key, value] as const] : [];
      });
      return map(kept, spot);
    });
    const why = maybe.length > 0 ? "policies that may belong to it" : written?.open;
    entries.set("Policies", list([...(written?.items ?? []), ...items], written?.spot ?? resource.spot, why));
  }
  const arns = entries.get("ManagedPolicyArns");
  if (managed.sure.length + managed.maybe.length > 0 && (arns === undefined || arns.kind === "list")) {
    const items = managed.sure.map((policy): Value => {
      return { kind: "reference", resource: policy.id, attribute: "", spot: policy.spot };
    });
    entries.set("ManagedPolicyArns", list([...(arns?.items ?? []), ...items], arns?.spot ?? resource.spot, arns?.open));
  }
  return { ...resource.properties, entries };
}
