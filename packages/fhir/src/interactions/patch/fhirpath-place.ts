/**
 * Where a FHIRPath Patch changes something: the part of FHIRPath that names places in a resource, which is members,
 * indexes, `first()`, `last()`, `where(…)`, `extension('…')` and `ofType(…)`. It yields places and not values, since a
 * primitive's value does not tell where it stood. Anything else is refused by name.
 */
import { WardError } from "@ward/core";
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";

/** A member of an object, or an item of the list in that member. */
export interface Place {
  readonly parent: JsonObject;
  /** JSON name: `valueString` for `value`. */
  readonly name: string;
  readonly index?: number;
}

export type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "first" | "last" }
  | { readonly kind: "type"; readonly name: string }
  | { readonly kind: "where"; readonly test: Test };

type Test =
  | { readonly kind: "and"; readonly left: Test; readonly right: Test }
  | { readonly kind: "or"; readonly left: Test; readonly right: Test }
  | { readonly kind: "exists"; readonly path: readonly Step[] }
  | { readonly kind: "=" | "!="; readonly path: readonly Step[]; readonly value: string | number | boolean };

const TOKEN = /\s*(?:'((?:\\.|[^'\\])*)'|(\d+(?:\.\d+)?)|(`[^`]+`|[A-Za-z_]\w*|\$this)|(!=|[=.()[\],]))/y;
const STEPS_MAX = 64;

/** Throws `invalid-request` or `unsupported`. The first step names the resource's type and is left out. */
export function parsePlacePath(text: string, type: string): readonly Step[] {
  const tokens = new Tokens(text);
  const steps = parsePath(tokens);
  if (!tokens.isAtEnd) throw malformed();
  const [first, ...rest] = steps;
  const isRooted =
    first?.kind === "member" && (first.name === type || first.name === "Resource" || first.name === "DomainResource");
  return isRooted ? rest : steps;
}

/** The places that a path names; a list is named by each of its items. */
export function findPlaces(resource: JsonObject, steps: readonly Step[]): readonly Place[] {
  let places: readonly Place[] = [{ parent: { root: resource }, name: "root" }];
  for (const step of steps) places = take(places, step);
  return places;
}

export function valueAt({ parent, name, index }: Place): JsonValue | undefined {
  const value = parent[name];
  if (index === undefined) return value;
  return Array.isArray(value) ? value[index] : undefined;
}

/** The JSON name of a member: the element's own, or one of its types for `value[x]`. */
export function jsonName(parent: JsonObject, name: string): string {
  if (Object.hasOwn(parent, name)) return name;
  return Object.keys(parent).find((key) => isTyped(key, name)) ?? name;
}

function take(places: readonly Place[], step: Step): readonly Place[] {
  switch (step.kind) {
    case "member":
      return places.flatMap((place) => members(valueAt(place) ?? null, step.name, place));
    case "index":
      return places.slice(step.at, step.at + 1);
    case "first":
      return places.slice(0, 1);
    case "last":
      return places.slice(-1);
    case "type":
      return places.filter((place) => isOfType(place, step.name));
    case "where":
      return places.filter((place) => holds(place, step.test));
  }
}

function members(value: JsonValue, name: string, place: Place): readonly Place[] {
  if (!isObject(value)) return name === "extension" || name === "id" ? members(besideAt(place) ?? {}, name, place) : [];
  const json = jsonName(value, name);
  const member = value[json];
  if (member === undefined) return [];
  if (!Array.isArray(member)) return [{ parent: value, name: json }];
  return member.map((_, index) => ({ parent: value, name: json, index }));
}

/** What stands beside a primitive's value: `_birthDate`. */
function besideAt({ parent, name, index }: Place): JsonObject | undefined {
  const beside = parent[`_${name}`];
  const value = index === undefined ? beside : Array.isArray(beside) ? beside[index] : undefined;
  return isObject(value) ? value : undefined;
}

function holds(place: Place, test: Test): boolean {
  if (test.kind === "and") return holds(place, test.left) && holds(place, test.right);
  if (test.kind === "or") return holds(place, test.left) || holds(place, test.right);
  let found: readonly Place[] = [place];
  for (const step of test.path) found = take(found, step);
  if (test.kind === "exists") return found.length > 0;
  // Empty compared with anything is empty, and empty is not true (FHIRPath N1 §"Operators").
  const [only] = found;
  if (only === undefined || found.length > 1) return false;
  return (valueAt(only) === test.value) === (test.kind === "=");
}

/** `valueQuantity` holds a Quantity; an element without choice is whatever it is. */
function isOfType({ parent, name }: Place, type: string): boolean {
  const value = parent[name];
  if (isObject(value) && typeof value["resourceType"] === "string") return value["resourceType"] === type;
  return name.endsWith(type.charAt(0).toUpperCase() + type.slice(1));
}

function isTyped(key: string, name: string): boolean {
  return key.length > name.length && key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)) && CHOICES.has(name);
}

/** Elements that R4 writes with `[x]`, somewhere. */
export const CHOICES: ReadonlySet<string> = new Set(
  (
    "abatement additive age allowed amount answer asNeeded author born bounds characteristic chargeItem code collected " +
    "content created date deceased defaultValue definingSubstance definition detail diagnosis dose doseNumber due " +
    "duration effective entity event example fastingStatus fixed identified indication instances item legallyBinding " +
    "location manufacturer maxValue medication minValue minimumVolume module multipleBirth name occurred occurrence " +
    "offset onset participantEffective pattern performed probability procedure product quantity rate reported scheduled " +
    "seriesDoses serviced source start statusReason studyEffective subject substance target time timing topic used " +
    "value when"
  ).split(" "),
);

function parsePath(tokens: Tokens): Step[] {
  const steps: Step[] = [];
  do {
    if (steps.length > STEPS_MAX) throw new WardError("too-large", { limitSteps: STEPS_MAX });
    const name = tokens.takeName();
    if (tokens.take("(")) steps.push(...parseCall(name, tokens));
    else if (name !== "$this") steps.push({ kind: "member", name });
    while (tokens.take("[")) {
      const at = tokens.takeNumber();
      if (!Number.isInteger(at)) throw malformed();
      steps.push({ kind: "index", at });
      tokens.expect("]");
    }
  } while (tokens.take("."));
  return steps;
}

function parseCall(name: string, tokens: Tokens): Step[] {
  const close = (steps: Step[]): Step[] => {
    tokens.expect(")");
    return steps;
  };
  switch (name) {
    case "first":
    case "last":
      return close([{ kind: name }]);
    case "single":
      return close([]);
    case "ofType":
    case "as":
      return close([{ kind: "type", name: tokens.takeName() }]);
    case "where":
      return close([{ kind: "where", test: parseTest(tokens) }]);
    case "extension":
    case "modifierExtension": {
      const value = tokens.takeText();
      const test: Test = { kind: "=", path: [{ kind: "member", name: "url" }], value };
      return close([
        { kind: "member", name },
        { kind: "where", test },
      ]);
    }
    default:
      throw unsupported();
  }
}

function parseTest(tokens: Tokens): Test {
  let left = parseConjunction(tokens);
  while (tokens.take("or")) left = { kind: "or", left, right: parseConjunction(tokens) };
  return left;
}

function parseConjunction(tokens: Tokens): Test {
  let left = parseComparison(tokens);
  while (tokens.take("and")) left = { kind: "and", left, right: parseComparison(tokens) };
  return left;
}

function parseComparison(tokens: Tokens): Test {
  if (tokens.take("(")) {
    const test = parseTest(tokens);
    tokens.expect(")");
    return test;
  }
  const path: Step[] = [];
  do {
    const name = tokens.takeName();
    if (name === "exists" && tokens.take("(")) {
      tokens.expect(")");
      return { kind: "exists", path };
    }
    if (tokens.take("(")) path.push(...parseCall(name, tokens));
    else if (name !== "$this") path.push({ kind: "member", name });
    while (tokens.take("[")) {
      path.push({ kind: "index", at: tokens.takeNumber() });
      tokens.expect("]");
    }
  } while (tokens.take("."));
  for (const kind of ["=", "!="] as const) if (tokens.take(kind)) return { kind, path, value: tokens.takeLiteral() };
  throw unsupported();
}

interface Token {
  readonly kind: "text" | "number" | "name" | "sign";
  readonly text: string;
}

class Tokens {
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string) {
    if (text.length > 2_000) throw new WardError("too-large", { limitCharacters: 2_000 });
    const end = text.trimEnd().length;
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end;) {
      const match = TOKEN.exec(text);
      if (match === null) throw malformed();
      const [, quoted, number, name, sign] = match;
      if (quoted !== undefined) this.#tokens.push({ kind: "text", text: quoted.replace(/\\(.)/g, "$1") });
      else if (number !== undefined) this.#tokens.push({ kind: "number", text: number });
      else if (name !== undefined) this.#tokens.push({ kind: "name", text: name.replaceAll("`", "") });
      else this.#tokens.push({ kind: "sign", text: sign as string });
    }
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "text" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw malformed();
  }

  takeName(): string {
    return this.#takeOf("name");
  }

  takeText(): string {
    return this.#takeOf("text");
  }

  takeNumber(): number {
    return Number(this.#takeOf("number"));
  }

  takeLiteral(): string | number | boolean {
    const token = this.#tokens[this.#at++];
    if (token?.kind === "text") return token.text;
    if (token?.kind === "number") return Number(token.text);
    if (token?.text === "true" || token?.text === "false") return token.text === "true";
    throw unsupported();
  }

  #takeOf(kind: Token["kind"]): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== kind) throw malformed();
    return token.text;
  }
}

function malformed(): WardError {
  return new WardError("invalid-request", { reason: "fhirpath-form" });
}

function unsupported(): WardError {
  return new WardError("unsupported", { reason: "fhirpath" });
}
