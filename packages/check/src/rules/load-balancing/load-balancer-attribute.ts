/** A load balancer's settings are a list of keys and values, of which the last of a key holds. */
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { absent, choice, unknownValue, type Value } from "../../graph/value.ts";

export function attributeOf(balancer: Resource, key: string): Property {
  const path = `LoadBalancerAttributes.${key}`;
  return new Property(valueOf(balancer.at("LoadBalancerAttributes"), key), path);
}

function valueOf(attributes: Property, key: string): Value {
  const { value } = attributes;
  if (value.kind === "choice") {
    return choice(
      value.reason,
      value.options.map((option) => valueOf(new Property(option, attributes.path), key)),
      value.spot,
    );
  }
  const found = attributes.items().findLast((item) => item.at("Key").text() === key);
  if (found) return found.at("Value").value;
  const reason = value.kind === "unknown" ? value.reason : value.kind === "list" ? value.open : undefined;
  return reason === undefined ? absent(attributes.spot) : unknownValue(reason, attributes.spot, false);
}
