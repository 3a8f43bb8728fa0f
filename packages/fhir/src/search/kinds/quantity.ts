/**
 * Quantities: a number and its unit (FHIR R4 search §3.1.1.5.14). UCUM units of one kind are converted into each other, on
 * both sides, before they are compared; other units must be the same. Without system, the unit as displayed counts too.
 */
import type { QuantityValue } from "../../extraction/search-value.ts";
import { splitEscaped, unescapeValue } from "../escape.ts";
import type { QuantityOperand } from "../operand.ts";
import { convertUnit, UCUM } from "../units/convert-unit.ts";
import { numberMatches, parseNumber } from "./number.ts";

/** `5.4`, `5.4|system|code`, `5.4||unit`. */
export function parseQuantity(text: string): QuantityOperand | undefined {
  const parts = splitEscaped(text, "|").map((part) => unescapeValue(part).trim());
  const number = parseNumber(parts[0] ?? "");
  if (!number || (parts.length !== 1 && parts.length !== 3)) return undefined;
  const [, system = "", code = ""] = parts;
  return {
    ...number,
    kind: "quantity",
    ...(system === "" ? {} : { system }),
    ...(code === "" ? {} : { code }),
  };
}

export function quantityMatches(wanted: QuantityOperand, value: QuantityValue): boolean {
  if (wanted.system !== undefined && wanted.system !== value.system) return false;
  if (wanted.code === undefined || wanted.code === value.code) return numberMatches(wanted, value);
  if (wanted.system === undefined && wanted.code === value.unit) return numberMatches(wanted, value);
  if (value.system !== UCUM || value.code === undefined) return false;
  const convert = convertUnit(value.code, wanted.code);
  if (!convert) return false;
  const [one, other] = [convert(value.low), convert(value.high)];
  return numberMatches(wanted, { low: Math.min(one, other), high: Math.max(one, other) });
}
