/** Operators over values: what is known is computed, what is not keeps what it is made from. */
import type { Spot } from "../../source/source-text.ts";
import type { CodeValue, EnvironmentValue } from "../contract.ts";
import { join } from "./join.ts";
import type { Machine } from "./machine.ts";
import { snapshot } from "./snapshot.ts";
import { derived, isAbsence, literal, optionsOf, undefinedAt, type Value } from "./value.ts";

/** Texts of several choices multiply up to here. */
const COMBINATIONS_MAX = 24;
const TEXT_MAX = 64_000;

/** Whether the value counts as true; undefined where that is not known. */
export function truthOf(machine: Machine, value: Value): boolean | undefined {
  switch (value.kind) {
    case "literal":
      return Boolean(value.value);
    case "object":
    case "list":
    case "function":
    case "class":
    case "native":
    case "instance":
      return value.kind === "instance" && value.path.length > 0 ? undefined : true;
    case "environment": {
      const known = machine.knownEnvironment.get(value.name);
      return known === undefined ? undefined : known !== "";
    }
    case "text":
      return value.parts.some((part) => typeof part === "string" && part !== "") ? true : undefined;
    case "choice": {
      const truths = new Set(value.options.map((option) => truthOf(machine, option)));
      return truths.size === 1 ? truths.values().next().value : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether the value is null or undefined; undefined where that is not known. */
export function nullishnessOf(machine: Machine, value: Value): boolean | undefined {
  if (value.kind === "literal") return value.value === undefined || value.value === null;
  if (value.kind === "environment") return machine.knownEnvironment.has(value.name) ? false : undefined;
  if (value.kind === "text" || truthOf(machine, value) === true) return false;
  if (value.kind === "derived" && value.path.length === 0 && value.how !== "caught") return false;
  return undefined;
}

/** The value where it is set, else the other: `??`, `||` and defaults. */
export function withFallback(
  machine: Machine,
  value: Value,
  isMissing: boolean | undefined,
  fallback: () => Value,
  spot: Spot,
): Value {
  if (isMissing === true) return fallback();
  if (isMissing === false && value.kind !== "choice") return value;
  if (value.kind === "environment" && value.fallback === undefined) return orElse(value, fallback(), spot);
  const rest = optionsOf(value).filter((option) => nullishnessOf(machine, option) !== true);
  return rest.length === optionsOf(value).length && isMissing === false ? value : join([...rest, fallback()], spot);
}

/** An environment variable with what stands in for it; with something that can be called or changed it stays a choice. */
function orElse(value: EnvironmentValue, fallback: Value, spot: Spot): Value {
  const isPlain = fallback.kind !== "object" && fallback.kind !== "list" && fallback.kind !== "function";
  if (!isPlain) return join([value, fallback], spot);
  if (fallback.kind === "literal" && (fallback.value ?? undefined) === undefined) return value;
  return { ...value, fallback: snapshot(fallback) };
}

export function binary(machine: Machine, operator: string, left: Value, right: Value, spot: Spot): Value {
  if (operator === "+") return plus(left, right, spot);
  const known = compareKnown(machine, operator, left, right);
  if (known !== undefined) return literal(known, spot);
  if (left.kind === "literal" && right.kind === "literal") {
    const computed = compute(operator, left.value, right.value);
    if (computed !== undefined) return literal(computed, spot);
  }
  return derived(`operator ${operator}`, [snapshot(left), snapshot(right)], spot);
}

function compareKnown(machine: Machine, operator: string, left: Value, right: Value): boolean | undefined {
  const isEquality = operator === "===" || operator === "==";
  if (!isEquality && operator !== "!==" && operator !== "!=") return undefined;
  const one = scalarOf(machine, left);
  const other = scalarOf(machine, right);
  let isEqual: boolean | undefined;
  if (one && other) {
    const isLoose = operator === "==" || operator === "!=";
    isEqual = isLoose && (one.value ?? null) === null ? (other.value ?? null) === null : one.value === other.value;
    if (isLoose && one.value !== other.value && typeof one.value !== typeof other.value && !isEqual) return undefined;
  } else if (other && (other.value ?? null) === null && nullishnessOf(machine, left) === false) isEqual = false;
  else if (one && (one.value ?? null) === null && nullishnessOf(machine, right) === false) isEqual = false;
  if (isEqual === undefined) return undefined;
  return isEquality ? isEqual : !isEqual;
}

function scalarOf(machine: Machine, value: Value): { readonly value: unknown } | undefined {
  if (value.kind === "literal") return value;
  if (value.kind !== "environment") return undefined;
  const known = machine.knownEnvironment.get(value.name);
  return known === undefined ? undefined : { value: known };
}

type Scalar = string | number | boolean | bigint | null | undefined;

function compute(operator: string, left: Scalar, right: Scalar): Scalar {
  if (typeof left === "string" && typeof right === "string") {
    if (operator === "<") return left < right;
    return operator === ">" ? left > right : undefined;
  }
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (operator) {
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "**":
      return left ** right;
    case "|":
      return left | right;
    case "&":
      return left & right;
    case "^":
      return left ^ right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case ">>>":
      return left >>> right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

function plus(left: Value, right: Value, spot: Spot): Value {
  if (left.kind === "literal" && right.kind === "literal") {
    if (typeof left.value === "number" && typeof right.value === "number") {
      return literal(left.value + right.value, spot);
    }
  }
  if (mayBeText(left) || mayBeText(right)) return textOf([left, right], spot);
  return derived("operator +", [snapshot(left), snapshot(right)], spot);
}

function mayBeText(value: Value): boolean {
  if (value.kind === "choice") return value.options.some(mayBeText);
  if (value.kind === "literal") return typeof value.value === "string";
  return value.kind === "text" || value.kind === "environment";
}

/** The texts after each other, as the most definite value that they allow. */
export function textOf(given: readonly Value[], spot: Spot): Value {
  const pieces = given.map((piece) => (piece.kind === "choice" ? present(piece, spot) : piece));
  const combinations = pieces.reduce((count, piece) => count * optionsOf(piece).length, 1);
  const chosen = combinations > 1 && combinations <= COMBINATIONS_MAX ? pieces.findIndex(isChoice) : -1;
  const choice = pieces[chosen];
  if (choice) {
    return join(
      optionsOf(choice).map((option) => textOf(pieces.with(chosen, option), spot)),
      spot,
    );
  }
  const parts: (string | CodeValue)[] = [];
  for (const piece of pieces) for (const part of partsOf(piece)) appendPart(parts, part);
  if (parts.every((part) => typeof part === "string")) return literal(parts.join(""), spot);
  const [only] = parts;
  // `${process.env.TABLE}` is the variable.
  if (parts.length === 1 && only !== undefined && typeof only !== "string" && isFlat(only)) return only;
  return { kind: "text", parts, spot };
}

function present(choice: Extract<Value, { kind: "choice" }>, spot: Spot): Value {
  return choice.options.some(isAbsence)
    ? join(
        choice.options.filter((option) => !isAbsence(option)),
        spot,
      )
    : choice;
}

function isFlat(
  value: CodeValue,
): value is Exclude<CodeValue, { kind: "object" | "list" | "function" | "class" | "choice" }> {
  return !["object", "list", "function", "class", "choice"].includes(value.kind);
}

function isChoice({ kind }: Value): boolean {
  return kind === "choice";
}

function partsOf(piece: Value): readonly (string | CodeValue)[] {
  if (piece.kind === "literal") return [String(piece.value)];
  if (piece.kind === "text") return piece.parts;
  return [snapshot(piece)];
}

function appendPart(parts: (string | CodeValue)[], part: string | CodeValue): void {
  const last = parts.at(-1);
  if (part === "") return;
  if (typeof part === "string" && typeof last === "string") {
    // A text that doubles in a loop must not fill the memory.
    if (last.length < TEXT_MAX) parts[parts.length - 1] = last + part;
  } else if (parts.length < 256) parts.push(part);
}

export function unary(machine: Machine, operator: string, of: Value, spot: Spot): Value {
  switch (operator) {
    case "!": {
      const truth = truthOf(machine, of);
      return truth === undefined ? derived("operator !", [snapshot(of)], spot) : literal(!truth, spot);
    }
    case "typeof": {
      const type = typeName(of);
      return type === undefined ? derived("operator typeof", [snapshot(of)], spot) : literal(type, spot);
    }
    case "void":
      return undefinedAt(spot);
    case "-":
    case "+":
    case "~":
      if (
        of.kind === "literal" &&
        (typeof of.value === "number" || (operator === "+" && typeof of.value === "string"))
      ) {
        const number = Number(of.value);
        return literal(operator === "-" ? -number : operator === "~" ? ~number : number, spot);
      }
      return derived(`operator ${operator}`, [snapshot(of)], spot);
    default:
      return derived(`operator ${operator}`, [snapshot(of)], spot);
  }
}

function typeName(of: Value): string | undefined {
  switch (of.kind) {
    case "literal":
      return of.value === null ? "object" : typeof of.value;
    case "text":
      return "string";
    case "function":
    case "class":
    case "native":
      return "function";
    case "object":
    case "list":
      return "object";
    default:
      return undefined;
  }
}
