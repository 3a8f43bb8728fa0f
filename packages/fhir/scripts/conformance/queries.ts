/** For each value that a resource is indexed by, the searches that must find it. */
import { extractSearchValues } from "../../src/extraction/extract.ts";
import type { DateValue, NumberValue, QuantityValue, SearchValue } from "../../src/extraction/search-value.ts";
import type { JsonObject } from "../../src/json.ts";

export interface Query {
  readonly type: string;
  /** With a modifier: `family:exact`. */
  readonly name: string;
  /** Not yet percent-encoded. */
  readonly value: string;
  readonly kind: SearchValue["kind"];
}

/** Without repeats. */
export function queriesOf(resource: JsonObject): readonly Query[] {
  const type = resource["resourceType"] as string;
  const queries = new Map<string, Query>();
  for (const value of extractSearchValues(resource)) {
    for (const [modifier, text] of searchesFor(value)) {
      const name = `${value.parameter}${modifier}`;
      queries.set(`${name}=${text}`, { type, name, value: text, kind: value.kind });
    }
  }
  return [...queries.values()];
}

type Search = readonly [modifier: string, value: string];

function searchesFor(value: SearchValue): readonly Search[] {
  switch (value.kind) {
    case "token": {
      const { system, code } = value;
      // No code begins or ends with a space; a text that stands in for one may.
      if (code !== undefined && code !== code.trim()) return [];
      if (code === undefined) return system === undefined ? [] : [["", `${escapeValue(system)}|`]];
      const named: Search = ["", `${escapeValue(system ?? "")}|${escapeValue(code)}`];
      return value.parameter === "_id" ? [["", escapeValue(code)]] : [named, ["", escapeValue(code)]];
    }
    case "string": {
      const text = value.text.trim();
      return text === ""
        ? []
        : [
            ["", escapeValue(text)],
            ["", escapeValue(Array.from(text.toUpperCase()).slice(0, 4).join(""))],
            ...(value.isPart ? [] : [[":exact", escapeValue(value.text)] as const]),
          ];
    }
    case "reference":
      return value.reference === undefined || value.reference.startsWith("#")
        ? []
        : [["", escapeValue(value.reference)]];
    case "uri":
      return [["", escapeValue(value.uri)]];
    case "date":
      return dateSearches(value);
    case "number":
    case "quantity":
      return amountSearches(value);
    case "composite":
      return compositeSearches(value.components);
    case "position":
      return [];
  }
}

/** The first way to write each component's first value, joined. */
function compositeSearches(components: readonly (readonly SearchValue[])[]): readonly Search[] {
  const parts = components.map((values) => {
    const searches = values.flatMap(searchesFor).filter(([modifier]) => modifier === "");
    return searches[0]?.[1];
  });
  return parts.some((part) => part === undefined) ? [] : [["", parts.join("$")]];
}

function dateSearches({ from, to }: DateValue): readonly Search[] {
  const searches: Search[] = [];
  if (Number.isFinite(from)) searches.push(["", `ge${new Date(from).toISOString()}`]);
  if (Number.isFinite(to)) searches.push(["", `le${new Date(to).toISOString()}`]);
  const literal = dateLiteral(from, to);
  return literal === undefined ? searches : [["", literal], ...searches];
}

/** The value as somebody would write it, where it is a year, month, day, second or millisecond of UTC. */
function dateLiteral(from: number, to: number): string | undefined {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return undefined;
  const text = new Date(from).toISOString();
  const [year, month] = [Number(text.slice(0, 4)), Number(text.slice(5, 7))];
  if (text.endsWith("-01-01T00:00:00.000Z") && to === Date.UTC(year + 1, 0)) return text.slice(0, 4);
  if (text.endsWith("-01T00:00:00.000Z") && to === Date.UTC(year, month)) return text.slice(0, 7);
  if (text.endsWith("T00:00:00.000Z") && to - from === 86_400_000) return text.slice(0, 10);
  if (to - from === 1_000) return text.replace(".000Z", "Z");
  return to - from === 1 ? text : undefined;
}

function amountSearches(value: QuantityValue | NumberValue): readonly Search[] {
  const { low, high } = value;
  const unit =
    value.kind === "quantity" && value.code !== undefined
      ? `|${escapeValue(value.system ?? "")}|${escapeValue(value.code)}`
      : "";
  if (low === high) return [...new Set([`${low}${unit}`, `${low}`])].map((text): Search => ["", text]);
  const searches: Search[] = [];
  if (Number.isFinite(low)) searches.push(["", `ge${low}${unit}`]);
  if (Number.isFinite(high)) searches.push(["", `le${high}${unit}`]);
  return searches;
}

function escapeValue(text: string): string {
  return text.replace(/[\\,|$]/g, "\\$&");
}
