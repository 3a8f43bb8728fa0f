/**
 * The heads of Cedar policies with their places: who, what, on what, and the text of each condition. Cedar's own parser
 * keeps no places and weighs more than the rest of the check; what policies decide stays its business
 * (https://docs.cedarpolicy.com/policies/syntax-grammar.html).
 */
import type { SourceProblem, SourceText, Spot } from "../../source/source-text.ts";

export interface CedarPolicy {
  /** Its `@id`, where it has one. */
  readonly id: string | undefined;
  readonly effect: "permit" | "forbid";
  readonly principal: CedarScope;
  readonly action: CedarScope;
  readonly resource: CedarScope;
  readonly conditions: readonly CedarCondition[];
  readonly spot: Spot;
}

/** What stands in one place of the head; no entities and no type where anything is meant. */
export interface CedarScope {
  readonly entities: readonly CedarEntity[];
  /** `is Ward::Person`: any of that type. */
  readonly type?: string;
  readonly spot: Spot;
}

export interface CedarEntity {
  /** `Ward::Role`. */
  readonly type: string;
  readonly id: string;
  readonly spot: Spot;
}

export interface CedarCondition {
  readonly kind: "when" | "unless";
  readonly text: string;
  readonly spot: Spot;
}

interface Token {
  readonly kind: "word" | "string" | "sign" | "end";
  readonly text: string;
  readonly offset: number;
}

const TOKEN = /\s+|\/\/[^\n]*|("(?:[^"\\\n]|\\.)*")|([A-Za-z_][A-Za-z0-9_]*)|(::|==|!=|<=|>=|&&|\|\||[^\s])/g;
const NAMES = ["principal", "action", "resource"] as const;

export function readCedar(source: SourceText): {
  readonly policies: readonly CedarPolicy[];
  readonly problems: readonly SourceProblem[];
} {
  const tokens = new Tokens(source);
  const policies: CedarPolicy[] = [];
  const problems: SourceProblem[] = [];
  while (tokens.at.kind !== "end") {
    const read = readPolicy(tokens);
    if ("message" in read) {
      problems.push(read);
      tokens.skipPast(";");
    } else policies.push(read);
  }
  return { policies, problems };
}

function readPolicy(tokens: Tokens): CedarPolicy | SourceProblem {
  const spot = tokens.spot;
  let id: string | undefined;
  while (tokens.take("@")) {
    const name = tokens.next().text;
    const text = tokens.take("(") ? tokens.next() : undefined;
    if (text && !tokens.take(")")) return tokens.expected('an annotation as @id("…")');
    if (name === "id" && text?.kind === "string") id = unquote(text.text);
  }
  const effect = tokens.next();
  if (effect.text !== "permit" && effect.text !== "forbid") return tokens.expected("permit or forbid", effect);
  if (!tokens.take("(")) return tokens.expected('"(" and principal, action, resource');
  const scopes: CedarScope[] = [];
  for (const name of NAMES) {
    if (name !== "principal" && !tokens.take(",")) return tokens.expected(`", ${name}"`);
    if (!tokens.take(name)) return tokens.expected(name);
    scopes.push(readScope(tokens));
  }
  tokens.take(",");
  if (!tokens.take(")")) return tokens.expected('")" after the resource');
  const conditions: CedarCondition[] = [];
  for (let word = tokens.at; word.text === "when" || word.text === "unless"; word = tokens.at) {
    tokens.next();
    const text = tokens.block();
    if (text === undefined) return tokens.expected('a condition in "{ }"', word);
    conditions.push({ kind: word.text as "when" | "unless", text, spot: tokens.spotOf(word) });
  }
  if (!tokens.take(";")) return tokens.expected('";" at the end of the policy');
  const [principal, action, resource] = scopes as [CedarScope, CedarScope, CedarScope];
  return { id, effect: effect.text, principal, action, resource, conditions, spot };
}

/** `principal in Ward::Role::"clinician"`, `action in [ … ]`, `resource is Ward::ResourceType`, or nothing. */
function readScope(tokens: Tokens): CedarScope {
  const spot = tokens.spot;
  const entities: CedarEntity[] = [];
  let type: string | undefined;
  let path: Token[] = [];
  let isType = false;
  for (let depth = 0; tokens.at.kind !== "end";) {
    if (depth === 0 && [",", ")", ";"].includes(tokens.at.text)) break;
    const token = tokens.next();
    if (token.text === "[") depth++;
    else if (token.text === "]") depth--;
    else if (token.kind === "string") {
      const [first = token] = path;
      entities.push({ type: pathText(path), id: unquote(token.text), spot: tokens.spotOf(first) });
      path = [];
    } else if (token.text === "is") isType = true;
    else if (token.kind === "word" && token.text !== "in") path.push(token);
    else if (token.text !== "::") path = [];
    if (isType && token.kind === "word" && token.text !== "is" && token.text !== "in") type = pathText(path);
    if (token.text === "in") {
      isType = false;
      path = [];
    }
  }
  return { entities, spot, ...(type === undefined ? {} : { type }) };
}

function pathText(path: readonly Token[]): string {
  return path.map(({ text }) => text).join("::");
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

class Tokens {
  readonly #source: SourceText;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(source: SourceText) {
    this.#source = source;
    this.#tokens = [...source.text.matchAll(TOKEN)].flatMap(({ 1: string, 2: word, 3: sign, index }): Token[] => {
      const text = string ?? word ?? sign;
      if (text === undefined) return [];
      return [{ kind: string ? "string" : word ? "word" : "sign", text, offset: index }];
    });
  }

  get at(): Token {
    return this.#tokens[this.#index] ?? { kind: "end", text: "", offset: this.#source.text.length };
  }

  get spot(): Spot {
    return this.spotOf(this.at);
  }

  spotOf({ offset }: Token): Spot {
    return { source: this.#source, offset };
  }

  next(): Token {
    const token = this.at;
    this.#index++;
    return token;
  }

  take(text: string): boolean {
    const isIt = this.at.text === text && this.at.kind !== "string";
    if (isIt) this.#index++;
    return isIt;
  }

  /** The text between braces that begin here. */
  block(): string | undefined {
    const start = this.at;
    if (!this.take("{")) return undefined;
    for (let depth = 1; this.at.kind !== "end";) {
      const token = this.next();
      if (token.text === "{") depth++;
      else if (token.text === "}" && --depth === 0) {
        return this.#source.text.slice(start.offset + 1, token.offset).trim();
      }
    }
    return undefined;
  }

  skipPast(text: string): void {
    while (this.at.kind !== "end" && !this.take(text)) this.#index++;
  }

  expected(what: string, token: Token = this.at): SourceProblem {
    return { spot: this.spotOf(token), message: `${what} was expected` };
  }
}
