/**
 * What a resource is found by. For each supported parameter: the values in the resource, their blind-index keys, and
 * whether a resource really matches a criterion. INVARIANT: `keysOf(resource)` contains `keyOf(criterion)` whenever
 * `matches(resource, criterion)`; the reverse may fail (truncation), so every hit is matched again after decryption.
 *
 * Keys are injective (JSON arrays), so that no value can be mistaken for another's system. Tokens match by exact
 * case: folding would make two patients of `ab1` and `AB1`, and R4 leaves case to the code system.
 */
import { literalReference } from "../storage/compartment.ts";
import type { Criterion } from "./criteria.ts";
import { searchOf, type SearchParameter } from "./definitions.ts";
import { extractSearchValues } from "../extraction/extract.ts";
import type { DateValue, ReferenceValue, SearchValue, TokenValue } from "../extraction/search-value.ts";
import type { JsonObject } from "../json.ts";

/** A keyed, truncated hash: `vault.blindIndex`. */
export type BlindIndex = (domain: string, value: string) => bigint;

const DAY_MS = 86_400_000;

interface Token {
  readonly system: string | undefined;
  readonly value: string | undefined;
}

/** Blind-index tokens of a resource, sorted so that their order tells nothing of the parameters. */
export function tokensOf(resource: JsonObject, blindIndex: BlindIndex): bigint[] {
  const type = resource["resourceType"] as string;
  const { search } = searchOf(type);
  const tokens = new Set<bigint>();
  for (const value of extractSearchValues(resource)) {
    const parameter = search[value.parameter];
    if (!parameter) continue;
    for (const key of keysOf(value, parameter)) tokens.add(blindIndex(`${type}.${value.parameter}`, key));
  }
  return [...tokens].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The tokens of which a matching resource has at least one; undefined for `_id`, which is in the clear. */
export function tokensFor(type: string, criterion: Criterion, blindIndex: BlindIndex): bigint[] | undefined {
  if (criterion.name === "_id") return undefined;
  const parameter = searchOf(type).search[criterion.name];
  if (!parameter) return [];
  return criterion.values.flatMap((value) => {
    if (parameter.kind === "token") {
      const { system, value: code } = splitToken(value);
      return [blindIndex(`${type}.${criterion.name}`, tokenKey(system, code))];
    }
    if (parameter.kind === "date") return [blindIndex(`${type}.${criterion.name}`, value)];
    return referenceTargets(parameter, value).map((each) => blindIndex(`${type}.${criterion.name}`, each));
  });
}

/** Whether a decrypted resource meets one criterion: any of its values. */
export function matches(resource: JsonObject, criterion: Criterion): boolean {
  if (criterion.name === "_id") return criterion.values.includes(resource["id"] as string);
  const parameter = searchOf(resource["resourceType"] as string).search[criterion.name];
  if (!parameter) return false;
  const values = valuesOf(resource, criterion.name);
  return criterion.values.some((wanted) => {
    switch (parameter.kind) {
      case "token": {
        const { system, value: code } = splitToken(wanted);
        return values.some(
          (value) =>
            value.kind === "token" &&
            (system === undefined || (value.system ?? "") === system) &&
            (code === undefined || value.code === code),
        );
      }
      case "date":
        return values.some((value) => value.kind === "date" && datePrefixes(value).includes(wanted));
      case "reference": {
        const targets = referenceTargets(parameter, wanted);
        return values.some((value) => value.kind === "reference" && targets.includes(targetOf(value, parameter) ?? ""));
      }
    }
  });
}

/** Lock keys of a resource's identifiers: two writers of the same identifier MUST meet at one of them. */
export function identifierKeys(resource: JsonObject): string[] {
  return valuesOf(resource, "identifier").flatMap((value) =>
    value.kind === "token" && value.code !== undefined ? [tokenKey(undefined, value.code)] : [],
  );
}

/** The blind-index key of an identifier's value in any system. */
export function tokenKey(system: string | undefined, value: string | undefined): string {
  return JSON.stringify([system ?? null, value ?? null]);
}

/** `system|value`, `|value` (no system), `system|`, `value`; a backslash escapes `|`, `,`, `$` and itself. */
export function splitToken(text: string): Token {
  let bar = -1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "|") {
      bar = at;
      break;
    }
  }
  if (bar < 0) return { system: undefined, value: unescapeValue(text) };
  const value = unescapeValue(text.slice(bar + 1));
  return { system: unescapeValue(text.slice(0, bar)), value: value === "" ? undefined : value };
}

export function unescapeValue(text: string): string {
  return text.replace(/\\([\\|,$])/g, "$1");
}

function keysOf(value: SearchValue, parameter: SearchParameter): string[] {
  if (value.kind === "token") return tokenKeys(value);
  if (value.kind === "date") return datePrefixes(value);
  const target = value.kind === "reference" ? targetOf(value, parameter) : undefined;
  return target === undefined ? [] : [target];
}

function tokenKeys({ system, code }: TokenValue): string[] {
  return [
    ...(code === undefined ? [] : [tokenKey(undefined, code), tokenKey(system ?? "", code)]),
    ...(system === undefined ? [] : [tokenKey(system, undefined)]),
  ];
}

function valuesOf(resource: JsonObject, name: string): SearchValue[] {
  return extractSearchValues(resource).filter(({ parameter }) => parameter === name);
}

/** `1980-05-01` is within `1980-05` and `1980`: R4 equality asks whether the search range contains the value's. */
function datePrefixes({ from, to }: DateValue): string[] {
  const day = new Date(from).toISOString().slice(0, 10);
  const days = (to - from) / DAY_MS;
  if (days > 31) return [day.slice(0, 4)];
  return days > 1 ? [day.slice(0, 4), day.slice(0, 7)] : [day.slice(0, 4), day.slice(0, 7), day];
}

/** The literal reference that a value is, where the parameter may point there. */
function targetOf({ reference }: ReferenceValue, parameter: SearchParameter): string | undefined {
  const literal = reference === undefined ? undefined : literalReference(reference);
  return literal && (parameter.target?.includes(literal[0]) ?? true) ? literal.join("/") : undefined;
}

/** `Patient/123` stands for itself, `123` for that id in each type the parameter may point to. */
function referenceTargets(parameter: SearchParameter, wanted: string): string[] {
  const literal = literalReference(wanted);
  if (literal) return [literal.join("/")];
  return (parameter.target ?? []).map((type) => `${type}/${wanted}`);
}
