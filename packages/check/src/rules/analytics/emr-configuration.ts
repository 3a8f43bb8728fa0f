/** EMR takes its security configuration as a structure or as JSON text. */
import { parseJsonText } from "../../graph/json-text.ts";
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";

export function configurationOf(resource: Resource): Property {
  const written = resource.at("SecurityConfiguration");
  const parsed = parseJsonText(written.value);
  return parsed ? new Property(parsed, written.path) : written;
}
