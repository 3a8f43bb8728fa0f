/** A load balancer's settings are a list of keys and values, of which the last of a key holds. */
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { absent, unknownValue } from "../../graph/value.ts";

export function attributeOf(balancer: Resource, key: string): Property {
  const attributes = balancer.at("LoadBalancerAttributes");
  const path = `LoadBalancerAttributes.${key}`;
  const found = attributes.items().findLast((item) => item.at("Key").text() === key);
  if (found) return new Property(found.at("Value").value, path);
  const { value } = attributes;
  const reason = value.kind === "unknown" ? value.reason : value.kind === "list" ? value.open : undefined;
  return new Property(
    reason === undefined ? absent(attributes.spot) : unknownValue(reason, attributes.spot, false),
    path,
  );
}
