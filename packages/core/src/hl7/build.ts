/** Writes segments. Text is escaped on the way, so that no value can end a field or a segment (v2.5.1 §2.7). */
import { DEFAULT_DELIMITERS, type Delimiters } from "./delimiters.ts";
import { encodeText, NULL_VALUE } from "./escape.ts";

/** Text; null for the null value `""`; an array of components, each text or an array of subcomponents; or repetitions of these. */
export type FieldInput = string | null | undefined | ComponentsInput | { readonly repetitions: readonly FieldInput[] };
type ComponentsInput = readonly (string | null | undefined | readonly (string | null | undefined)[])[];

/** `fields[0]` is field 1; for MSH it is MSH-3, since MSH-1 and MSH-2 are the delimiters themselves. */
export function buildSegment(
  name: string,
  fields: readonly FieldInput[],
  delimiters: Delimiters = DEFAULT_DELIMITERS,
): string {
  const { component, repetition, escape, subcomponent, truncation = "" } = delimiters;
  const head = name === "MSH" ? [name, component + repetition + escape + subcomponent + truncation] : [name];
  return [...head, ...fields.map((field) => buildField(field, delimiters))].join(delimiters.field);
}

/** Segments as one message, each ended by CR. */
export function buildMessage(segments: readonly string[]): string {
  return segments.map((segment) => `${segment}\r`).join("");
}

function buildField(field: FieldInput, delimiters: Delimiters): string {
  if (field === null || field === undefined || typeof field === "string") return buildText(field, delimiters);
  if ("repetitions" in field) {
    return field.repetitions.map((one) => buildField(one, delimiters)).join(delimiters.repetition);
  }
  return field.map((component) => buildComponent(component, delimiters)).join(delimiters.component);
}

function buildComponent(component: ComponentsInput[number], delimiters: Delimiters): string {
  if (component === null || component === undefined || typeof component === "string") {
    return buildText(component, delimiters);
  }
  return component.map((sub) => buildText(sub, delimiters)).join(delimiters.subcomponent);
}

function buildText(text: string | null | undefined, delimiters: Delimiters): string {
  return text === null ? NULL_VALUE : text === undefined ? "" : encodeText(text, delimiters);
}
