/** The values of one criterion: split at unescaped commas, each parsed by the parameter's kind and the modifier. */
import type { Modifier, Parameter, SearchContext } from "./contract.ts";
import { splitEscaped, unescapeValue } from "./escape.ts";
import { parseDate } from "./kinds/date.ts";
import { parseNumber } from "./kinds/number.ts";
import { parseQuantity } from "./kinds/quantity.ts";
import { parseReference } from "./kinds/reference.ts";
import { parseString } from "./kinds/string.ts";
import { parseMime, parseToken, parseTyped } from "./kinds/token.ts";
import { parseUri } from "./kinds/uri.ts";
import type { Operand } from "./operand.ts";
import { invalidSearch, tooLargeSearch, unsupportedSearch } from "./refuse.ts";
import { codeSystem, relatedCodes } from "./terminology/code-systems.ts";
import { valueSetOperand } from "./terminology/value-sets.ts";

/** Alternatives of one criterion; `_id=` of a page of records is the longest in practice. */
export const VALUES_MAX = 1_000;
export const VALUE_MAX_LENGTH = 2_000;

type Parse = (text: string) => Operand | string | undefined;

/** Definitions of the parameters whose codes are MIME types. */
const MIME_PARAMETERS =
  /\/(DocumentReference-contenttype|Library-content-type|Subscription-payload|CapabilityStatement-format)$/;

/** Throws `invalid-request`; a function answers the reason, or undefined for a malformed value. */
export function parseValues(
  parameter: Parameter,
  modifier: Modifier | undefined,
  text: string,
  context: SearchContext,
  onlyType?: string,
): readonly Operand[] {
  const { name } = parameter;
  const parts = splitEscaped(text, ",");
  if (parts.length > VALUES_MAX) throw tooLargeSearch(name, "limitValues", VALUES_MAX);
  const parse = parserOf(parameter, modifier, context, onlyType);
  return parts.map((part) => {
    if (part.length > VALUE_MAX_LENGTH) throw tooLargeSearch(name, "limitCharacters", VALUE_MAX_LENGTH);
    if (part.trim() === "") throw invalidSearch(name, "empty-value");
    // PostgreSQL and JSON could not have stored it, and nothing but an attack asks for it.
    if (part.includes("\0") || !part.isWellFormed()) throw invalidSearch(name, "control-character");
    const operand = parse(part);
    if (operand === undefined || typeof operand === "string") {
      throw invalidSearch(name, operand ?? `${modifier === "missing" ? "boolean" : parameter.kind}-form`);
    }
    return operand;
  });
}

function parserOf(
  parameter: Parameter,
  modifier: Modifier | undefined,
  context: SearchContext,
  onlyType: string | undefined,
): Parse {
  switch (modifier) {
    case "missing":
      return (text) => (/^(true|false)$/.test(text) ? { kind: "missing", isMissing: text === "true" } : undefined);
    case "text":
      return (text) => parseString(unescapeValue(text));
    case "of-type":
      return parseTyped;
    case "identifier":
      return parseToken;
    case "in":
    case "not-in":
      return (text) => valueSetOperand(unescapeValue(text));
    case "above":
    case "below":
      if (modifier === "below" && MIME_PARAMETERS.test(parameter.definition)) return parseMime;
      if (parameter.kind === "token") return (text) => codesRelated(text, modifier);
      if (parameter.kind === "reference") return (text) => canonicalBelow(parameter, unescapeValue(text), context);
      break;
  }
  return plainParser(parameter, context, onlyType);
}

function plainParser(parameter: Parameter, context: SearchContext, onlyType: string | undefined): Parse {
  switch (parameter.kind) {
    case "token":
      return parseToken;
    case "string":
      return (text) => parseString(unescapeValue(text));
    case "reference":
      return (text) => parseReference(unescapeValue(text), onlyType, context.baseUrl);
    case "date":
      return (text) => parseDate(unescapeValue(text), context.now);
    case "number":
      return (text) => parseNumber(unescapeValue(text));
    case "quantity":
      return parseQuantity;
    case "uri":
      return (text) => parseUri(unescapeValue(text), parameter.name === "url");
    case "composite":
      return (text) => parseComposite(parameter.components ?? [], text, context);
    case "special":
      return () => "parameter";
  }
}

function parseComposite(
  parameters: readonly Parameter[],
  text: string,
  context: SearchContext,
): Operand | string | undefined {
  const parts = splitEscaped(text, "$");
  if (parts.length !== parameters.length) return undefined;
  const components: Operand[] = [];
  for (const [at, parameter] of parameters.entries()) {
    const operand = plainParser(parameter, context, undefined)(parts[at] as string);
    if (operand === undefined || typeof operand === "string") return operand;
    components.push(operand);
  }
  return { kind: "composite", components };
}

/** Versions of a canonical (§3.1.1.4.13). Below a record in its hierarchy is another question. */
function canonicalBelow(parameter: Parameter, text: string, { baseUrl }: SearchContext): Operand | string | undefined {
  const operand = parseReference(text, undefined, baseUrl);
  if (typeof operand === "string") return operand;
  if (operand.url === undefined) throw unsupportedSearch(parameter.name, "hierarchy");
  return { ...operand, isBelow: true };
}

function codesRelated(text: string, direction: "above" | "below"): Operand | string | undefined {
  const token = parseToken(text);
  if (!token?.code) return undefined;
  const { system, code } = token;
  if (!system) return "system-required";
  const nodes = codeSystem(system);
  return nodes
    ? { kind: "codes", codes: relatedCodes(nodes, system, code, direction) }
    : { kind: "related", system, code, direction };
}
