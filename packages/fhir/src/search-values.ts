/**
 * What a resource is found by. For each supported parameter: the values in the resource, their blind-index keys, and
 * whether a resource really matches a criterion. INVARIANT: `keysOf(resource)` contains `keyOf(criterion)` whenever
 * `matches(resource, criterion)`; the reverse may fail (truncation), so every hit is matched again after decryption.
 *
 * Keys are injective (JSON arrays), so that no value can be mistaken for another's system. Tokens match by exact
 * case: folding would make two patients of `ab1` and `AB1`, and R4 leaves case to the code system.
 */
import { literalReference, valuesAt } from "./compartment.ts";
import type { Criterion } from "./criteria.ts";
import { searchOf, type SearchParameter } from "./definitions.ts";
import { isObject, type JsonObject, type JsonValue } from "./json.ts";

/** A keyed, truncated hash: `vault.blindIndex`. */
export type BlindIndex = (domain: string, value: string) => bigint;

interface Token {
  readonly system: string | undefined;
  readonly value: string | undefined;
}

/** Blind-index tokens of a resource, sorted so that their order tells nothing of the parameters. */
export function tokensOf(resource: JsonObject, blindIndex: BlindIndex): bigint[] {
  const type = resource["resourceType"] as string;
  const tokens = new Set<bigint>();
  for (const [name, parameter] of Object.entries(searchOf(type).search)) {
    for (const key of keysOf(resource, parameter)) tokens.add(blindIndex(`${type}.${name}`, key));
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
  return criterion.values.some((wanted) => {
    switch (parameter.kind) {
      case "token": {
        const { system, value } = splitToken(wanted);
        return tokensAt(resource, parameter).some(
          (token) =>
            (system === undefined || (token.system ?? "") === system) && (value === undefined || token.value === value),
        );
      }
      case "date":
        return valuesOf(resource, parameter).some(
          (value) => typeof value === "string" && datePrefixes(value).includes(wanted),
        );
      case "reference": {
        const targets = referenceTargets(parameter, wanted);
        return referencesAt(resource, parameter).some((reference) => targets.includes(reference));
      }
    }
  });
}

/** Lock keys of a resource's identifiers: two writers of the same identifier MUST meet at one of them. */
export function identifierKeys(resource: JsonObject): string[] {
  const parameter = searchOf(resource["resourceType"] as string).search["identifier"];
  if (!parameter) return [];
  return tokensAt(resource, parameter).flatMap(({ value }) =>
    value === undefined ? [] : [tokenKey(undefined, value)],
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

function keysOf(resource: JsonObject, parameter: SearchParameter): string[] {
  switch (parameter.kind) {
    case "token":
      return tokensAt(resource, parameter).flatMap(({ system, value }) => [
        ...(value === undefined ? [] : [tokenKey(undefined, value), tokenKey(system ?? "", value)]),
        ...(system === undefined ? [] : [tokenKey(system, undefined)]),
      ]);
    case "date":
      return valuesOf(resource, parameter).flatMap((value) => (typeof value === "string" ? datePrefixes(value) : []));
    case "reference":
      return referencesAt(resource, parameter);
  }
}

function valuesOf(resource: JsonObject, parameter: SearchParameter): JsonValue[] {
  return parameter.paths.flatMap((path) => valuesAt(resource, path));
}

/** Identifier, Coding, CodeableConcept and bare codes, as tokens. */
function tokensAt(resource: JsonObject, parameter: SearchParameter): Token[] {
  const tokens: Token[] = [];
  for (const value of valuesOf(resource, parameter)) {
    if (typeof value === "string") tokens.push({ system: undefined, value });
    else if (isObject(value)) {
      const codings = Array.isArray(value["coding"]) ? value["coding"] : [value];
      for (const coding of codings) if (isObject(coding)) tokens.push(tokenOf(coding));
    }
  }
  return tokens.filter(({ system, value }) => system !== undefined || value !== undefined);
}

function tokenOf(coding: JsonObject): Token {
  const value = coding["value"] ?? coding["code"];
  return {
    system: typeof coding["system"] === "string" ? coding["system"] : undefined,
    value: typeof value === "string" ? value : undefined,
  };
}

/** `1980-05-01` is within `1980-05` and `1980`: R4 equality asks whether the search range contains the value's. */
function datePrefixes(date: string): string[] {
  return [date.slice(0, 4), date.slice(0, 7), date.slice(0, 10)].filter((each, at, all) => all.indexOf(each) === at);
}

function referencesAt(resource: JsonObject, parameter: SearchParameter): string[] {
  const references: string[] = [];
  for (const value of valuesOf(resource, parameter)) {
    if (!isObject(value) || typeof value["reference"] !== "string") continue;
    const literal = literalReference(value["reference"]);
    if (literal && (parameter.target?.includes(literal[0]) ?? true)) references.push(literal.join("/"));
  }
  return references;
}

/** `Patient/123` stands for itself, `123` for that id in each type the parameter may point to. */
function referenceTargets(parameter: SearchParameter, wanted: string): string[] {
  const literal = literalReference(wanted);
  if (literal) return [literal.join("/")];
  return (parameter.target ?? []).map((type) => `${type}/${wanted}`);
}
