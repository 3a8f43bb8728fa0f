/** Reading of known parts of code values: an argument's entry, a literal, the options of a choice. */
import { ANY, type CodeValue } from "../../code/contract.ts";

/** The value itself, or each thing that it may be. */
export function optionsOf(value: CodeValue | undefined): readonly CodeValue[] {
  if (value === undefined) return [];
  return value.kind === "choice" ? value.options : [value];
}

/** The entry of an object, by its name; with `rest` also what may stand under it. */
export function entryOf(value: CodeValue | undefined, name: string): CodeValue | undefined {
  for (const option of optionsOf(value)) {
    if (option.kind !== "object") continue;
    const entry = option.entries.get(name) ?? (option.rest?.kind === "unknown" ? undefined : option.rest);
    if (entry) return entry;
  }
  return undefined;
}

/** Entries by their names, of every object that the value may be. */
export function entriesOf(value: CodeValue | undefined): readonly (readonly [string, CodeValue])[] {
  return optionsOf(value).flatMap((option): readonly (readonly [string, CodeValue])[] => {
    if (option.kind !== "object") return [];
    return option.rest ? [...option.entries, [ANY, option.rest]] : [...option.entries];
  });
}

export function itemsOf(value: CodeValue | undefined): readonly CodeValue[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind !== "list") return [];
    return option.rest ? [...option.items, option.rest] : option.items;
  });
}

export function textOf(value: CodeValue | undefined): string | undefined {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

/** Every text that it may be; undefined where it may be something that is not known. */
export function textsOf(value: CodeValue | undefined): readonly string[] | undefined {
  const texts: string[] = [];
  for (const option of optionsOf(value)) {
    const text = textOf(option);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

export function isTrue(value: CodeValue | undefined): boolean {
  return optionsOf(value).some((option) => option.kind === "literal" && option.value === true);
}

/** The parts of a text in order, literal ones as strings. */
export function textPartsOf(value: CodeValue): readonly (string | CodeValue)[] {
  if (value.kind === "literal") return [String(value.value)];
  if (value.kind === "text")
    return value.parts.flatMap((part) => (typeof part === "string" ? [part] : textPartsOf(part)));
  if (value.kind === "derived" && value.how === "operator +") return value.from.flatMap(textPartsOf);
  if ((value.kind === "instance" || value.kind === "derived") && isUrl(value)) {
    const [first, base] = value.kind === "instance" ? value.args : value.from;
    if (!first) return [value];
    // A path is below the second argument.
    const parts = textPartsOf(first);
    const isPath = typeof parts[0] === "string" && !/^[a-z][a-z+.-]*:/i.test(parts[0]);
    return base && isPath ? [...textPartsOf(base), ...parts] : parts;
  }
  return [value];
}

function isUrl(value: CodeValue): boolean {
  if (value.kind === "derived") return value.how === "new URL";
  return (
    value.kind === "instance" &&
    value.of.kind === "external" &&
    value.of.path.at(-1) === "URL" &&
    value.path.length === 0
  );
}
