/** Where an API's definition stands: as a map, as JSON or YAML text, as what a condition chooses, or out of reach. */
import { parseJsonText } from "../../graph/json-text.ts";
import { plainValue } from "../../graph/plain-value.ts";
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { unknownValue, type Value } from "../../graph/value.ts";
import { parseText } from "../../source/parse-text.ts";

export interface Definition {
  readonly body: Property;
  /** What decides whether this is the definition. */
  readonly onlyIf?: string;
}

/** None where the API has no definition; several where a condition chooses. */
export function definitionOf(api: Resource): readonly Definition[] {
  const { value } = api.at("Body");
  const stored = api.at("BodyS3Location");
  if (value.kind === "choice") {
    return value.options
      .filter(({ kind }) => kind !== "absent")
      .map((option) => ({ body: bodyOf(option), onlyIf: value.reason }));
  }
  // Properties that are open as a whole may hold a definition as they may hold anything: nothing points to one.
  const { entries } = api.properties;
  if (entries.has("Body") && !api.at("Body").isAbsent) return [{ body: bodyOf(value) }];
  if (!entries.has("BodyS3Location") || stored.isAbsent) return [];
  return [{ body: bodyOf(unknownValue("the definition in S3, which is not read here", stored.spot)) }];
}

function bodyOf(value: Value): Property {
  return new Property(parsed(value), "Body");
}

function parsed(value: Value): Value {
  const { spot } = value;
  const json = parseJsonText(value);
  if (json) return json;
  if (value.kind === "text" || value.kind === "reference") {
    return unknownValue("a definition of which parts are not known before deployment", spot);
  }
  if (value.kind !== "scalar" || typeof value.value !== "string") return value;
  const [document] = parseText(spot.source.file, value.value);
  if (!document?.root || document.problems.length > 0) return unknownValue("a definition that can't be read", spot);
  return plainValue(document.root, spot);
}
