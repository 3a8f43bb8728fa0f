/** Numbers with units: NM, SN and reference ranges. */
import type { ObservationReferenceRange, Quantity, Range, Ratio } from "@ward/sdk/fhir";
import { readStructuredNumeric, type Segment } from "@ward/sdk/hl7";
import { textOf } from "./text.ts";

const UCUM = "http://unitsofmeasure.org";
/** Units that senders write without naming UCUM, where what they write can mean nothing else. */
const PLAIN_UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["mg/dL", "g/dL", "g/L", "mg/L", "mmol/L", "U/L", "%", "fL", "pg", "s"].map((unit) => [unit, unit]),
  ),
  "µg/L": "ug/L",
  "μg/L": "ug/L",
};

export type Unit = Pick<Quantity, "unit" | "system" | "code">;

/** OBX-6. */
export function readUnit(obx: Segment): Unit {
  const written = textOf(obx, "6.1");
  if (written === undefined) return {};
  const code = textOf(obx, "6.3") === "UCUM" ? written : PLAIN_UNITS[written];
  return code === undefined ? { unit: written } : { unit: written, system: UCUM, code };
}

/** NM in OBX-5. */
export function readQuantity(obx: Segment): Quantity | undefined {
  const value = obx.number("5");
  return value === undefined ? undefined : { value, ...readUnit(obx) };
}

export type StructuredValue =
  | { readonly valueQuantity: Quantity }
  | { readonly valueRange: Range }
  | { readonly valueRatio: Ratio }
  | { readonly valueString: string };

/** SN in OBX-5. What FHIR has no type for (`2+`, `<>5`) is kept as the text that a reader expects. */
export function readStructuredValue(obx: Segment): StructuredValue | undefined {
  const structured = readStructuredNumeric(obx);
  if (structured === undefined) return undefined;
  const { comparator, num1, separator, num2 } = structured;
  const unit = readUnit(obx);
  const isExact = comparator === undefined || comparator === "=";
  if (num1 !== undefined && num2 === undefined && separator === undefined && comparator !== "<>") {
    return { valueQuantity: { value: num1, ...(isExact ? {} : { comparator }), ...unit } };
  }
  if (isExact && num1 !== undefined && num2 !== undefined) {
    if (separator === "-" && num1 <= num2) {
      return { valueRange: { low: { value: num1, ...unit }, high: { value: num2, ...unit } } };
    }
    if (separator === ":" || separator === "/") {
      return { valueRatio: { numerator: { value: num1, ...unit }, denominator: { value: num2, ...unit } } };
    }
  }
  return { valueString: [comparator, num1, separator, num2, unit.unit].filter((part) => part !== undefined).join("") };
}

/** OBX-7: `70-99`, `<200`, `>=10`, or words. The text is kept whatever could be read from it. */
export function readReferenceRange(obx: Segment): ObservationReferenceRange | undefined {
  const text = textOf(obx, "7");
  if (text === undefined) return undefined;
  const unit = readUnit(obx);
  const number = "[+-]?\\d+(?:\\.\\d+)?";
  const between = new RegExp(`^\\s*(${number})\\s*-\\s*(${number})\\s*$`).exec(text);
  if (between !== null && Number(between[1]) <= Number(between[2])) {
    return { low: { value: Number(between[1]), ...unit }, high: { value: Number(between[2]), ...unit }, text };
  }
  const bound = new RegExp(`^\\s*([<>])=?\\s*(${number})\\s*$`).exec(text);
  if (bound === null) return { text };
  return { [bound[1] === "<" ? "high" : "low"]: { value: Number(bound[2]), ...unit }, text };
}
