/**
 * The paths of a FHIRPath Patch: the part of FHIRPath that names places in a resource, which is members, indexes,
 * `first()`, `last()`, `skip(…)`, `take(…)`, `where(…)`, `extension('…')` and `ofType(…)`. Anything else is refused by
 * name; so is `matches(…)`, whose patterns can take forever.
 */
import { WardError } from "@ward/core";

export type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "first" | "last" }
  | { readonly kind: "skip" | "take"; readonly count: number }
  | { readonly kind: "type"; readonly name: string }
  | { readonly kind: "where"; readonly test: Test };

export type Test =
  | { readonly kind: (typeof CONNECTIVES)[number][number]; readonly left: Test; readonly right: Test }
  | { readonly kind: "not"; readonly test: Test }
  /** `is`: the path alone, which is true where there is one item that is not false. */
  | { readonly kind: "exists" | "is"; readonly path: readonly Step[] }
  | { readonly kind: Comparison; readonly path: readonly Step[]; readonly of?: Measure; readonly value: Literal };

export type Literal = string | number | boolean;
/** What of the path's items is compared: their number, the one's length or its text in a case, the place in the list. */
export type Measure = (typeof MEASURES)[number] | "$index";
export type Comparison = (typeof COMPARISONS)[number] | (typeof TEXT_TESTS)[number];

const COMPARISONS = ["=", "!=", "<=", ">=", "<", ">"] as const;
const TEXT_TESTS = ["startsWith", "endsWith", "contains"] as const;
const MEASURES = ["count", "length", "lower", "upper"] as const;
/** By what binds weaker than what follows (FHIRPath N1 §"Operator Precedence"). */
const CONNECTIVES = [["implies"], ["or", "xor"], ["and"]] as const;
const TOKEN =
  /\s*(?:'((?:\\.|[^'\\])*)'|(\d+(?:\.\d+)?)|(`[^`]+`|[A-Za-z_]\w*|\$this|\$index|%[A-Za-z]+)|(!=|<=|>=|[<>=.()[\],|]))/y;
const STEPS_MAX = 64;
const ROOTS: ReadonlySet<string> = new Set(["Resource", "DomainResource", "%resource", "%rootResource", "%context"]);

/** Throws `invalid-request` or `unsupported`. The first step names the resource's type and is left out. */
export function parsePlacePath(text: string, type: string): readonly Step[] {
  const tokens = new Tokens(text);
  const steps = parsePath(tokens);
  if (!tokens.isAtEnd) throw malformed();
  const [first, ...rest] = steps;
  const isRooted = first?.kind === "member" && (first.name === type || ROOTS.has(first.name));
  return isRooted ? rest : steps;
}

function parsePath(tokens: Tokens, depth = 0): Step[] {
  const steps: Step[] = [];
  if (depth > STEPS_MAX) throw new WardError("too-large", { limitSteps: STEPS_MAX });
  do {
    if (steps.length > STEPS_MAX) throw new WardError("too-large", { limitSteps: STEPS_MAX });
    if (steps.length === 0 && tokens.take("(")) {
      steps.push(...parsePath(tokens, depth + 1));
      if (tokens.take("as")) steps.push({ kind: "type", name: tokens.takeName() });
      tokens.expect(")");
    } else {
      const name = tokens.takeName();
      if (tokens.take("(")) steps.push(...parseCall(name, tokens));
      else if (name !== "$this") steps.push({ kind: "member", name });
    }
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
    case "tail":
      return close([{ kind: "skip", count: 1 }]);
    case "skip":
    case "take":
      return close([{ kind: name, count: tokens.takeNumber() }]);
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

function parseTest(tokens: Tokens, level = 0): Test {
  const kinds = CONNECTIVES[level];
  if (kinds === undefined) return parseComparison(tokens);
  let left = parseTest(tokens, level + 1);
  for (;;) {
    const kind = kinds.find((each) => tokens.take(each));
    if (kind === undefined) return left;
    left = { kind, left, right: parseTest(tokens, level + 1) };
  }
}

function parseComparison(tokens: Tokens): Test {
  if (tokens.take("(")) {
    const test = parseTest(tokens);
    tokens.expect(")");
    return negated(test, tokens);
  }
  const path: Step[] = [];
  if (tokens.take("$index")) return parseRelation(path, tokens, "$index");
  do {
    const name = tokens.takeName();
    if (name.startsWith("%")) throw unsupported();
    if (tokens.take("(")) {
      const measure = MEASURES.find((each) => each === name);
      if (measure !== undefined) {
        tokens.expect(")");
        return parseRelation(path, tokens, measure);
      }
      const test = parseTestCall(name, path, tokens);
      if (test !== undefined) return negated(test, tokens);
      path.push(...parseCall(name, tokens));
    } else if (name !== "$this") path.push({ kind: "member", name });
    while (tokens.take("[")) {
      path.push({ kind: "index", at: tokens.takeNumber() });
      tokens.expect("]");
    }
  } while (tokens.take("."));
  return parseRelation(path, tokens);
}

/** What follows a path in a test: a comparison, `in (… | …)`, or nothing. */
function parseRelation(path: readonly Step[], tokens: Tokens, of?: Measure): Test {
  const compared = { path, ...(of === undefined ? {} : { of }) };
  for (const kind of COMPARISONS) if (tokens.take(kind)) return { kind, ...compared, value: tokens.takeLiteral() };
  if (!tokens.take("in")) {
    if (of !== undefined) throw unsupported();
    return { kind: "is", path };
  }
  const isList = tokens.take("(");
  let test: Test = { kind: "=", ...compared, value: tokens.takeLiteral() };
  while (isList && tokens.take("|")) {
    test = { kind: "or", left: test, right: { kind: "=", ...compared, value: tokens.takeLiteral() } };
  }
  if (isList) tokens.expect(")");
  return test;
}

/** `exists()`, `exists(…)`, `empty()`, `not()` and tests of texts; undefined for what leads to other places. */
function parseTestCall(name: string, path: readonly Step[], tokens: Tokens): Test | undefined {
  const kind = TEXT_TESTS.find((each) => each === name);
  let test: Test;
  if (kind !== undefined) test = { kind, path, value: tokens.takeText() };
  else if (name === "not") test = { kind: "not", test: { kind: "is", path } };
  else if (name === "empty") test = { kind: "not", test: { kind: "exists", path } };
  else if (name !== "exists") return undefined;
  else if (tokens.take(")")) return { kind: "exists", path };
  else test = { kind: "exists", path: [...path, { kind: "where", test: parseTest(tokens) }] };
  tokens.expect(")");
  return test;
}

/** `.not()`, and nothing else: what a test answers has no members. */
function negated(test: Test, tokens: Tokens): Test {
  if (!tokens.take(".")) return test;
  for (const text of ["not", "(", ")"]) tokens.expect(text);
  return negated({ kind: "not", test }, tokens);
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
