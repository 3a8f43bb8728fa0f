/** Whether two entries are of one network ACL, also where that is a parameter of both. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { isSameText } from "../../graph/value.ts";

export function isOfSameAcl(one: Resource, other: Resource, graph: Graph): boolean {
  const [first, second] = [one.at("NetworkAclId"), other.at("NetworkAclId")];
  if (first.value.kind === "reference" && second.value.kind === "reference") {
    return first.value.resource === second.value.resource;
  }
  if (isSameText(first.value, second.value)) return true;
  const target = graph.target(first);
  if (target) return target === graph.target(second);
  return first.text() !== undefined && first.text() === second.text();
}
