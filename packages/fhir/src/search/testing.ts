/** What tests of this folder share: a query against one resource, and a blind index that can be read. */
import type { SearchValue } from "../extraction/search-value.ts";
import type { JsonObject } from "../json.ts";
import type { BlindIndex, FlatCriterion } from "./contract.ts";
import { searchedOf } from "../extraction/searched.ts";
import { judgeOf } from "./meets.ts";
import { parseSearch } from "./parse-search.ts";
import { resolveValueSets, type FindDefinition } from "./terminology/value-sets.ts";

export const NOW = new Date("2024-06-01T12:00:00Z");
export const BASE = "https://ward.example/fhir";

/** Whether the query finds the resource. */
export function finds(resource: JsonObject, query: string): boolean {
  return judgeOf(flatCriteria(resource["resourceType"] as string, query))(searchedOf(resource));
}

export async function findsIn(resource: JsonObject, query: string, find?: FindDefinition): Promise<boolean> {
  const type = resource["resourceType"] as string;
  const search = await resolveValueSets(parse(type, query), find ?? (() => Promise.resolve(undefined)));
  return judgeOf(search.criteria as readonly FlatCriterion[])(searchedOf(resource));
}

export function flatCriteria(type: string, query: string): readonly FlatCriterion[] {
  return parse(type, query).criteria as readonly FlatCriterion[];
}

export function parse(type: string, query: string): ReturnType<typeof parseSearch> {
  return parseSearch([type], encodeQuery(query), "strict", { now: NOW, baseUrl: BASE });
}

/** Numbers in the order in which domains and values are first met: no two collide. */
export function readableIndex(): { readonly blindIndex: BlindIndex; readonly names: ReadonlyMap<bigint, string> } {
  const byName = new Map<string, bigint>();
  const names = new Map<bigint, string>();
  return {
    names,
    blindIndex(domain, value) {
      const name = `${domain}=${value}`;
      const known = byName.get(name);
      if (known !== undefined) return known;
      const token = BigInt(byName.size + 1);
      byName.set(name, token);
      names.set(token, name);
      return token;
    },
  };
}

/** Queries that the value answers, and some that it may not, by every modifier and prefix of its kind. */
export function queriesFor(name: string, value: SearchValue): readonly string[] {
  const texts = operandTexts(value);
  const prefixed = value.kind === "date" || value.kind === "number" || value.kind === "quantity" ? PREFIXES : [""];
  const plain = texts.flatMap((text) => prefixed.map((prefix) => `${name}=${prefix}${text}`));
  const missing = [`${name}:missing=false`, `${name}:missing=true`];
  return [...plain, ...missing, ...modifiedQueries(name, value, texts)];
}

function modifiedQueries(name: string, value: SearchValue, texts: readonly string[]): string[] {
  switch (value.kind) {
    case "token": {
      const types = (value.types ?? []).map((each) => {
        const { system = "", code = "" } = each as { system?: string; code?: string };
        return `${name}:of-type=${escapeValue(system)}|${escapeValue(code)}|${escapeValue(value.code ?? "")}`;
      });
      return [
        ...texts.map((text) => `${name}:not=${text}`),
        ...value.texts.map((text) => `${name}:text=${escapeValue(text.slice(0, 5))}`),
        ...types.filter((each) => !/[=|]\||\|$/.test(each)),
      ];
    }
    case "string":
      return texts.flatMap((text) => [`${name}:exact=${text}`, `${name}:contains=${text}`]);
    case "uri":
      return texts.flatMap((text) => [`${name}:below=${text}`, `${name}:above=${text}/more`]);
    case "reference": {
      const { system, value: identifier } = (value.identifier ?? {}) as { system?: string; value?: string };
      if (identifier === undefined) return [];
      return [`${name}:identifier=${escapeValue(system ?? "")}|${escapeValue(identifier)}`];
    }
    default:
      return [];
  }
}

const PREFIXES = ["", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

/** How a person would write the value. */
function operandTexts(value: SearchValue): string[] {
  switch (value.kind) {
    case "token": {
      if (value.code === undefined) return value.system === undefined ? [] : [`${escapeValue(value.system)}|`];
      const code = escapeValue(value.code);
      return [code, `${escapeValue(value.system ?? "")}|${code}`, code.toUpperCase()];
    }
    case "string":
      return [1, 3, 6, value.text.length].map((length) => escapeValue(value.text.slice(0, length).trim()));
    case "reference": {
      if (value.reference === undefined || value.reference.startsWith("#")) return [];
      const id = /^[A-Z]\w+\/([^/]+)$/.exec(value.reference)?.[1];
      return [escapeValue(value.reference), ...(id === undefined ? [] : [id])];
    }
    case "uri":
      return [escapeValue(value.uri)];
    case "date": {
      const from = Number.isFinite(value.from) ? value.from : value.to;
      const text = new Date(from).toISOString();
      const texts = [text, `${text.slice(0, 19)}Z`, text.slice(0, 10), text.slice(0, 7), text.slice(0, 4)];
      // As precise as the value first.
      const size = [1, 1_000, 86_400_000, 31 * 86_400_000, Infinity].findIndex((each) => value.to - from <= each);
      return [texts[size] ?? text, ...texts];
    }
    case "number":
      return [Number.isFinite(value.low) ? `${value.low}` : `${value.high}`];
    case "quantity": {
      const amount = Number.isFinite(value.low) ? `${value.low}` : `${value.high}`;
      const code = escapeValue(value.code ?? value.unit ?? "");
      return [
        amount,
        ...(code === "" ? [] : [`${amount}||${code}`, `${amount}|${escapeValue(value.system ?? "")}|${code}`]),
      ];
    }
    case "composite": {
      const parts = value.components.map((each) => (each[0] ? operandTexts(each[0])[0] : undefined));
      return parts.includes(undefined) ? [] : [parts.join("$")];
    }
    case "position":
      return [];
  }
}

function escapeValue(text: string): string {
  return text.replace(/[\\|,$]/g, "\\$&");
}

/** Tests write a query as a person would: a `+` is a plus. */
function encodeQuery(query: string): string {
  return query.replaceAll("%", "%25").replaceAll("+", "%2B");
}
