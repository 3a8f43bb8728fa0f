/** Looking into the values of code: what an object holds under a name, on every way that it may turn out. */
import type { CodeValue, ObjectValue } from "../../../code/contract.ts";
import { memberOf } from "../../../code/walk-value.ts";
import type { Spot } from "../../../source/source-text.ts";

/** The value under a name; undefined where it is certain that there is none. */
export function field(value: CodeValue | undefined, name: string): CodeValue | undefined {
  if (value === undefined) return undefined;
  switch (value.kind) {
    case "object":
      return memberOf(value, name);
    case "choice": {
      const found = value.options.flatMap((option) => field(option, name) ?? []);
      if (found.length === 0) return undefined;
      const [only] = found;
      return found.length === 1 && only ? only : { kind: "choice", options: flat(found), spot: value.spot };
    }
    case "literal":
    case "function":
    case "class":
    case "text":
    case "list":
      return undefined;
    case "unknown":
      return { kind: "unknown", reason: value.reason, from: [], spot: value.spot };
    case "derived":
    case "input":
    case "result":
    case "given":
    case "external":
    case "instance":
      return { ...value, path: [...value.path, name] };
    default:
      return { kind: "unknown", reason: "it is known at run time only", from: [], spot: value.spot };
  }
}

export function fieldAt(value: CodeValue | undefined, ...names: readonly string[]): CodeValue | undefined {
  return names.reduce<CodeValue | undefined>((at, name) => field(at, name), value);
}

/** Each item of a list, or the value itself where it is none; undefined stands for those that are not known. */
export function itemsOf(value: CodeValue | undefined): readonly (CodeValue | undefined)[] {
  if (value === undefined) return [];
  if (value.kind === "list") return value.rest ? [...value.items, value.rest] : value.items;
  if (value.kind === "choice") return value.options.flatMap(itemsOf);
  return value.kind === "literal" ? [value] : [undefined];
}

/** Names of an object's entries; undefined among them where there may be others. */
export function keysOf(value: CodeValue | undefined): readonly (string | undefined)[] {
  if (value === undefined) return [];
  if (value.kind === "object") return value.rest ? [...value.entries.keys(), undefined] : [...value.entries.keys()];
  if (value.kind === "choice") return value.options.flatMap(keysOf);
  return [undefined];
}

/** Whether it may be there: for parameters of which the mere presence asks for more. */
export function isGiven(value: CodeValue | undefined): boolean {
  if (value === undefined) return false;
  if (value.kind === "literal") return value.value !== undefined && value.value !== null && value.value !== "";
  return true;
}

/** Written there for certain, not only possibly within something that is not known. */
export function isWritten(value: CodeValue | undefined, name: string): boolean {
  if (value?.kind === "object") return isGiven(value.entries.get(name));
  return value?.kind === "choice" && value.options.some((option) => isWritten(option, name));
}

export function literalText(value: CodeValue | undefined): string | undefined {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

/** Every text that it may be; undefined among them where others are possible. */
export function literalTexts(value: CodeValue | undefined): readonly (string | undefined)[] {
  if (value === undefined) return [];
  if (value.kind === "choice") return value.options.flatMap(literalTexts);
  if (value.kind === "text") return [value.parts.map((part) => (typeof part === "string" ? part : " ")).join("")];
  return [literalText(value)];
}

export function objectOf(entries: Readonly<Record<string, CodeValue | undefined>>, spot: Spot): ObjectValue {
  const kept = Object.entries(entries).filter((entry): entry is [string, CodeValue] => entry[1] !== undefined);
  return { kind: "object", entries: new Map(kept), spot };
}

export function textValue(text: string, spot: Spot): CodeValue {
  return { kind: "literal", value: text, spot };
}

function flat(options: readonly CodeValue[]): readonly CodeValue[] {
  return options.flatMap((option) => (option.kind === "choice" ? option.options : [option]));
}
