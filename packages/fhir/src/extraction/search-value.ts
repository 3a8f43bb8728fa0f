/**
 * What generated extractors call (`scripts/generator/compile-extractors.ts`): one function for each way a value is
 * searched by (FHIR R4 search §3.1.1.5). Values are as the resource has them; folding, units and blind indexes are the
 * search's. The resource MUST be valid.
 */
import { isObject, type JsonObject } from "../json.ts";
import { dateRange } from "../validation/dates.ts";

export interface TokenValue {
  readonly parameter: string;
  readonly kind: "token";
  readonly system: string | undefined;
  readonly code: string | undefined;
  /** For `:text`: a coding's display and its concept's text, or the text of an identifier's type. */
  readonly texts: readonly string[];
  /** For `:of-type`: the type of an Identifier. */
  readonly types: readonly JsonObject[] | undefined;
  /** How it is compared: an identifier or id to the letter, a number to be dialled by its digits. */
  readonly form: "code" | "identifier" | "phone";
}

export interface StringValue {
  readonly parameter: string;
  readonly kind: "string";
  readonly text: string;
  /** What a family name ends with, which is searched by as well, but neither all of it nor what it sorts by. */
  readonly isPart?: true;
}

export interface ReferenceValue {
  readonly parameter: string;
  readonly kind: "reference";
  /** As written: `Patient/1`, a URL, `#x`. */
  readonly reference: string | undefined;
  /** `Reference.type`. */
  readonly type: string | undefined;
  readonly identifier: JsonObject | undefined;
}

/** `[from, to)`, milliseconds since 1970 UTC; infinite where a period is open. */
export interface DateValue {
  readonly parameter: string;
  readonly kind: "date";
  readonly from: number;
  readonly to: number;
}

/** `[low, high]`, infinite where a comparator or a range leaves it open. */
export interface QuantityValue {
  readonly parameter: string;
  readonly kind: "quantity";
  readonly low: number;
  readonly high: number;
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly unit: string | undefined;
}

export interface NumberValue {
  readonly parameter: string;
  readonly kind: "number";
  readonly low: number;
  readonly high: number;
}

export interface UriValue {
  readonly parameter: string;
  readonly kind: "uri";
  readonly uri: string;
}

/** The values of each component that stand together in one element. */
export interface CompositeValue {
  readonly parameter: string;
  readonly kind: "composite";
  readonly components: readonly (readonly SearchValue[])[];
}

export interface PositionValue {
  readonly parameter: string;
  readonly kind: "position";
  readonly longitude: number;
  readonly latitude: number;
}

export type SearchValue =
  | TokenValue
  | StringValue
  | ReferenceValue
  | DateValue
  | QuantityValue
  | NumberValue
  | UriValue
  | CompositeValue
  | PositionValue;

type Out = SearchValue[];

const NONE: readonly string[] = [];
const PLAIN = { types: undefined, form: "code" } as const;
const PHONE = { types: undefined, form: "phone" } as const;
const OF_NAME = ["text", "family", "given", "prefix", "suffix"];
const OF_ADDRESS = ["text", "line", "city", "district", "state", "country", "postalCode"];

export function concept(out: Out, parameter: string, value: JsonObject): void {
  const text = textAt(value, "text");
  const codings = value["coding"];
  if (!Array.isArray(codings)) {
    if (text !== undefined) pushToken(out, parameter, undefined, undefined, [text]);
    return;
  }
  for (const each of codings) if (isObject(each)) pushCoding(out, parameter, each, text);
}

export function coding(out: Out, parameter: string, value: JsonObject): void {
  pushCoding(out, parameter, value, undefined);
}

export function identifier(out: Out, parameter: string, value: JsonObject): void {
  const type = value["type"];
  const types = isObject(type) && Array.isArray(type["coding"]) ? type["coding"].filter(isObject) : undefined;
  const text = isObject(type) ? textAt(type, "text") : undefined;
  pushToken(out, parameter, textAt(value, "system"), textAt(value, "value"), text === undefined ? NONE : [text], {
    types,
    form: "identifier",
  });
}

const DIALLED = new Set(["phone", "fax", "pager", "sms"]);

/** R4 takes a contact point's use for the system of its token (§3.1.1.5.10), many clients its kind (`phone`): both find it. */
export function contact(out: Out, parameter: string, value: JsonObject): void {
  const code = textAt(value, "value");
  const kind = textAt(value, "system");
  if (code === undefined) return;
  const form = kind !== undefined && DIALLED.has(kind) ? PHONE : PLAIN;
  pushToken(out, parameter, textAt(value, "use"), code, NONE, form);
  if (kind !== undefined) pushToken(out, parameter, kind, code, NONE, form);
}

export function code(out: Out, parameter: string, value: string, system?: string): void {
  pushToken(out, parameter, system, value);
}

export function id(out: Out, parameter: string, value: string): void {
  pushToken(out, parameter, undefined, value, NONE, { types: undefined, form: "identifier" });
}

export function boolean(out: Out, parameter: string, value: boolean): void {
  pushToken(out, parameter, undefined, String(value));
}

export function text(out: Out, parameter: string, value: string): void {
  out.push({ parameter, kind: "string", text: value });
  if (parameter === "family") pushFurtherNames(out, parameter, value);
}

export function name(out: Out, parameter: string, value: JsonObject): void {
  for (const part of OF_NAME) pushTexts(out, parameter, value[part]);
  const { family } = value;
  if (typeof family === "string") pushFurtherNames(out, parameter, family);
}

const BETWEEN_NAMES = /[\s\u002d\u2010-\u2015]+/gu;

/** "Quinones" finds "Carreno Quinones" (FHIR R4 search §3.1.1.4.8). */
function pushFurtherNames(out: Out, parameter: string, family: string): void {
  for (const { index, 0: between } of family.matchAll(BETWEEN_NAMES)) {
    const rest = family.slice(index + between.length);
    if (index > 0 && rest !== "") out.push({ parameter, kind: "string", text: rest, isPart: true });
  }
}

export function address(out: Out, parameter: string, value: JsonObject): void {
  for (const part of OF_ADDRESS) pushTexts(out, parameter, value[part]);
}

export function reference(out: Out, parameter: string, value: JsonObject): void {
  const identified = value["identifier"];
  out.push({
    parameter,
    kind: "reference",
    reference: textAt(value, "reference"),
    type: textAt(value, "type"),
    identifier: isObject(identified) ? identified : undefined,
  });
}

export function canonical(out: Out, parameter: string, value: string): void {
  out.push({ parameter, kind: "reference", reference: value, type: undefined, identifier: undefined });
}

/** The first resource of a document or message bundle. */
export function resourceReference(out: Out, parameter: string, value: JsonObject): void {
  const type = textAt(value, "resourceType");
  const id = textAt(value, "id");
  if (type !== undefined && id !== undefined) canonical(out, parameter, `${type}/${id}`);
}

export function date(out: SearchValue[] | DateValue[], parameter: string, value: string): void {
  const range = dateRange(value);
  if (range) out.push({ parameter, kind: "date", from: range.from, to: range.to });
}

export function period(out: SearchValue[] | DateValue[], parameter: string, value: JsonObject): void {
  const start = dateRange(value["start"]);
  const end = dateRange(value["end"]);
  if (!start && !end) return;
  const [from, to] = [start?.from ?? -Infinity, end?.to ?? Infinity];
  // A period that ends before it starts is invalid (per-1), but for what offsets make of its days.
  out.push({ parameter, kind: "date", from: Math.min(from, to), to: Math.max(from, to) });
}

/** From the first of its events or its bounds to the last: a schedule is searched by its outer limits (R4 §3.1.1.5.9). */
export function timing(out: Out, parameter: string, value: JsonObject): void {
  const values: DateValue[] = [];
  for (const each of Array.isArray(value["event"]) ? value["event"] : []) {
    if (typeof each === "string") date(values, parameter, each);
  }
  const repeat = value["repeat"];
  const bounds = isObject(repeat) ? repeat["boundsPeriod"] : undefined;
  if (isObject(bounds)) period(values, parameter, bounds);
  if (values.length === 0) return;
  const [from, to] = [Math.min(...values.map((each) => each.from)), Math.max(...values.map((each) => each.to))];
  out.push({ parameter, kind: "date", from, to });
}

export function quantity(out: Out, parameter: string, value: JsonObject): void {
  const amount = value["value"];
  if (typeof amount !== "number") return;
  const comparator = value["comparator"];
  const low = comparator === "<" || comparator === "<=" ? -Infinity : amount;
  const high = comparator === ">" || comparator === ">=" ? Infinity : amount;
  pushQuantity(out, parameter, low, high, value);
}

export function money(out: Out, parameter: string, value: JsonObject): void {
  const amount = value["value"];
  if (typeof amount !== "number") return;
  const code = textAt(value, "currency");
  out.push({
    parameter,
    kind: "quantity",
    low: amount,
    high: amount,
    system: "urn:iso:std:iso:4217",
    code,
    unit: code,
  });
}

export function range(out: Out, parameter: string, value: JsonObject): void {
  const { low, high } = value;
  const unit = isObject(low) ? low : high;
  if (!isObject(unit)) return;
  const from = isObject(low) && typeof low["value"] === "number" ? low["value"] : -Infinity;
  const to = isObject(high) && typeof high["value"] === "number" ? high["value"] : Infinity;
  pushQuantity(out, parameter, from, to, unit);
}

/** From the lowest to the highest of its points, where it says them. */
export function sampledData(out: Out, parameter: string, value: JsonObject): void {
  const origin = value["origin"];
  if (!isObject(origin)) return;
  const factor = typeof value["factor"] === "number" ? value["factor"] : 1;
  const zero = typeof origin["value"] === "number" ? origin["value"] : 0;
  let low = Infinity;
  let high = -Infinity;
  for (const each of (textAt(value, "data") ?? "").split(/\s+/)) {
    const point = each === "" ? Number.NaN : Number(each);
    if (!Number.isFinite(point)) continue;
    low = Math.min(low, zero + point * factor);
    high = Math.max(high, zero + point * factor);
  }
  if (low <= high) pushQuantity(out, parameter, low, high, origin);
}

export function number(out: Out, parameter: string, value: number): void {
  out.push({ parameter, kind: "number", low: value, high: value });
}

export function numberRange(out: Out, parameter: string, value: JsonObject): void {
  const { low, high } = value;
  const from = isObject(low) && typeof low["value"] === "number" ? low["value"] : -Infinity;
  const to = isObject(high) && typeof high["value"] === "number" ? high["value"] : Infinity;
  out.push({ parameter, kind: "number", low: from, high: to });
}

export function uri(out: Out, parameter: string, value: string): void {
  out.push({ parameter, kind: "uri", uri: value });
}

export function position(out: Out, parameter: string, value: JsonObject): void {
  const { longitude, latitude } = value;
  if (typeof longitude === "number" && typeof latitude === "number") {
    out.push({ parameter, kind: "position", longitude, latitude });
  }
}

export function composite(out: Out, parameter: string, ...components: readonly SearchValue[][]): void {
  if (components.every((each) => each.length > 0)) out.push({ parameter, kind: "composite", components });
}

/** `resolve() is Patient`, by what the reference itself tells: its text, its type, or the contained resource. */
export function refersTo(value: JsonObject, type: string, root: JsonObject): boolean {
  const reference = textAt(value, "reference");
  if (reference === undefined) return value["type"] === type;
  if (reference.startsWith(`${type}/`) || reference.startsWith(`${type}?`)) return true;
  if (reference.startsWith("#")) {
    const contained = Array.isArray(root["contained"]) ? root["contained"] : [];
    return contained.some(
      (each) => isObject(each) && each["id"] === reference.slice(1) && each["resourceType"] === type,
    );
  }
  return /^[a-z]+:/.test(reference) && (reference.includes(`/${type}/`) || value["type"] === type);
}

function pushCoding(out: Out, parameter: string, value: JsonObject, conceptText: string | undefined): void {
  const display = textAt(value, "display");
  const [first, second] = display === undefined ? [conceptText, undefined] : [display, conceptText];
  const texts = first === undefined ? NONE : second === undefined ? [first] : [first, second];
  pushToken(out, parameter, textAt(value, "system"), textAt(value, "code"), texts);
}

function pushToken(
  out: Out,
  parameter: string,
  system: string | undefined,
  code: string | undefined,
  texts: readonly string[] = NONE,
  { types, form }: Pick<TokenValue, "types" | "form"> = PLAIN,
): void {
  if (system === undefined && code === undefined && texts.length === 0) return;
  out.push({ parameter, kind: "token", system, code, texts, types, form });
}

function pushQuantity(out: Out, parameter: string, low: number, high: number, unit: JsonObject): void {
  out.push({
    parameter,
    kind: "quantity",
    low,
    high,
    system: textAt(unit, "system"),
    code: textAt(unit, "code"),
    unit: textAt(unit, "unit"),
  });
}

function pushTexts(out: Out, parameter: string, value: unknown): void {
  if (typeof value === "string") text(out, parameter, value);
  else if (Array.isArray(value)) for (const each of value) if (typeof each === "string") text(out, parameter, each);
}

function textAt(value: JsonObject, name: string): string | undefined {
  const found = value[name];
  return typeof found === "string" ? found : undefined;
}
