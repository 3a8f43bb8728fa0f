/**
 * The resources of a CloudFormation template as Terraform would have them: the reader's tables read backwards, and every
 * argument checked against the provider's own names, so that a table that names what nobody can write is found out.
 * INVARIANT: what Terraform has no words for is a `reason`, never left out in silence.
 */
import type { Resource } from "../graph/resource.ts";
import type { Value } from "../graph/value.ts";
import { toPascal, type TfType } from "../readers/terraform/vocabulary.ts";
import { TF_TYPES } from "../readers/terraform/types/catalog.ts";
import { argumentsOf, type Argument, type Block } from "./terraform-arguments.ts";
import { HclWriter } from "./hcl-writer.ts";
import { UNSHAPED } from "./terraform-shapes.ts";

export type Translation =
  | {
      readonly ok: true;
      readonly hcl: string;
      readonly addresses: ReadonlyMap<string, string>;
      /** What the template leaves out and Terraform has another default for: verdicts may differ in it. */
      readonly otherDefaults: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

type Properties = Map<string, Value>;

/** Why something has no words in Terraform; thrown inside, a value outside. */
class Wordless extends Error {}

/**
 * `style`: what a resource and its parts can both say (a bucket's encryption) stands in the resource, as in the provider's
 * earlier versions, or in the parts.
 */
export function terraformOf(resources: readonly Resource[], style: "whole" | "parts"): Translation {
  const own = resources.filter(({ type }) => !type.startsWith("Ward::"));
  const addresses = new Map<string, string>();
  try {
    for (const resource of own) addresses.set(resource.id, `${typeFor(resource)}.${labelOf(resource.id)}`);
    const writer = new HclWriter(addresses);
    const texts = own.map((resource) => resourceText(resource, addresses.get(resource.id) ?? "", writer, style));
    const otherDefaults = own.flatMap((resource) => defaultsLeftOut(resource, addresses.get(resource.id) ?? ""));
    return { ok: true, hcl: [...writer.declarations(), ...texts].join("\n"), addresses, otherDefaults };
  } catch (thrown) {
    if (thrown instanceof Wordless) return { ok: false, reason: thrown.message };
    throw thrown;
  }
}

function defaultsLeftOut(resource: Resource, address: string): readonly string[] {
  const known = TF_TYPES[address.split(".")[0] ?? ""];
  return Object.keys(known?.defaults ?? {})
    .filter((path) => resource.at(path).isAbsent)
    .map((path) => `${resource.type}.${path}`);
}

function labelOf(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_]/g, "_");
}

/** Of several types that mean the same, the one whose names take the most of what is said. */
function typeFor({ type, properties }: Resource): string {
  const candidates = Object.entries(TF_TYPES).flatMap(([name, known]) =>
    known.type === type && !known.partOf && argumentsOf(name) ? [name] : [],
  );
  const taken = (name: string): number => {
    const left = new Map(properties.entries);
    new Translator(name, new HclWriter(new Map())).write(left);
    return -left.size;
  };
  const [best] = candidates.toSorted((one, other) => taken(other) - taken(one));
  if (best === undefined) throw new Wordless(`no type for ${type}`);
  return best;
}

function resourceText(resource: Resource, address: string, writer: HclWriter, style: "whole" | "parts"): string {
  const [name = "", label = ""] = address.split(".");
  const left = new Map(UNSHAPED[name]?.(resource) ?? resource.properties.entries);
  for (const [key, value] of left) if (value.kind === "absent") left.delete(key);
  const early = style === "parts" ? partTexts(resource, address, writer, left) : [];
  const main = new Translator(name, writer);
  const lines = [...main.write(left), ...around(resource, writer)];
  for (const [path, value] of Object.entries(TF_TYPES[name]?.defaults ?? {})) {
    const said = left.get(path);
    if (said?.kind === "scalar" && said.value === value) left.delete(path);
  }
  const late = style === "whole" ? partTexts(resource, address, writer, left) : [];
  const [first] = left.keys();
  if (first !== undefined) throw new Wordless(`no argument for ${resource.type}.${main.missed ?? first}`);
  return [`resource "${name}" "${label}" {\n${lines.join("\n")}\n}`, ...early, ...late].join("\n");
}

/** The resources that say something of this one. */
function partTexts(resource: Resource, address: string, writer: HclWriter, left: Properties): readonly string[] {
  const texts: string[] = [];
  for (const [part, { partOf }] of Object.entries(TF_TYPES)) {
    if (left.size === 0 || partOf?.type !== resource.type || argumentsOf(part) === undefined) continue;
    for (const [index, lines] of partLines(part, partOf, writer, left).entries()) {
      const body = [`${partOf.by} = ${address}.id`, ...lines].join("\n");
      texts.push(`resource "${part}" "${labelOf(resource.id)}_${index}" {\n${body}\n}`);
    }
  }
  return texts;
}

/** The bodies of the parts of a type that say what is left; what they say is taken from it. */
function partLines(
  part: string,
  { by, item }: NonNullable<TfType["partOf"]>,
  writer: HclWriter,
  left: Properties,
): readonly (readonly string[])[] {
  if (item === undefined) {
    const said = new Translator(part, writer, by).write(left);
    return said.length > 0 ? [said] : [];
  }
  const items = left.get(item);
  const bodies = (items?.kind === "list" ? items.items : []).map((one) => {
    const inner = new Map(one.kind === "map" ? one.entries : []);
    const said = new Translator(part, writer, by).write(inner);
    return one.kind === "map" && inner.size === 0 ? said : undefined;
  });
  if (bodies.length === 0 || bodies.includes(undefined)) return [];
  left.delete(item);
  return bodies.map((body) => body ?? []);
}

/** What stands beside the properties. */
function around(resource: Resource, writer: HclWriter): readonly string[] {
  const policy = resource.attribute("DeletionPolicy").text();
  if (policy !== undefined && policy !== "Retain" && policy !== "Delete")
    throw new Wordless(`no word for DeletionPolicy ${policy}`);
  if (!resource.attribute("Metadata").isAbsent) throw new Wordless("no word for Metadata");
  return [
    ...(resource.onlyIf === undefined ? [] : [`count = ${writer.openName(resource.onlyIf)} ? 1 : 0`]),
    ...(policy === "Retain" ? ["lifecycle {\nprevent_destroy = true\n}"] : []),
  ];
}

class Translator {
  readonly #type: string;
  readonly #known: TfType;
  readonly #writer: HclWriter;
  readonly #without: string | undefined;
  /** The innermost property that stopped one from being said. */
  missed: string | undefined;

  constructor(type: string, writer: HclWriter, without?: string) {
    this.#type = type;
    this.#known = TF_TYPES[type] ?? { type };
    this.#writer = writer;
    this.#without = without;
  }

  /** Lines for what can be said, which is taken from the properties; what can't be stays in them. */
  write(properties: Properties): readonly string[] {
    return this.#block("", argumentsOf(this.#type) ?? {}, properties, "");
  }

  #block(at: string, block: Block, properties: Properties, place: string): readonly string[] {
    const lines: string[] = [];
    const named = new Map(
      Object.entries(this.#known.names ?? {}).filter(([path]) => path.split(".").slice(0, -1).join(".") === at),
    );
    const arguments_ = Object.entries(block).filter(([name]) => at !== "" || name !== this.#without);
    for (const [name, argument] of arguments_) {
      const path = at === "" ? name : `${at}.${name}`;
      if (at === "" && this.#known.apart?.some((one) => one.argument === name)) continue;
      const to = (named.get(path) ?? toPascal(name)).split(".");
      // What stands in a block here and beside it there.
      if (named.get(path) === "" && typeof argument === "object") {
        const inner = this.#block(path, argument, properties, place);
        if (inner.length > 0) lines.push(`${name} {`, ...inner, "}");
        continue;
      }
      const before = new Map(properties);
      const value = take(properties, to);
      if (value === undefined) continue;
      const said = this.#said(name, path, argument, value, [...(place === "" ? [] : [place]), ...to].join("."));
      if (said !== undefined) {
        lines.push(...said);
        continue;
      }
      properties.clear();
      for (const [key, one] of before) properties.set(key, one);
    }
    return lines;
  }

  #said(name: string, path: string, argument: Argument, value: Value, place: string): readonly string[] | undefined {
    if (typeof argument === "object") return this.#blocks(name, path, argument, value, place);
    if ((value.kind === "map" || value.kind === "list") && value.open !== undefined) return this.#miss(place);
    if (argument === "map") {
      const pairs = this.#writer.pairs(value);
      return pairs === undefined ? this.#miss(place) : [`${name} = ${pairs}`];
    }
    if (argument === "list") {
      if (value.kind === "map") return this.#miss(place);
      const text = this.#writer.expression(value);
      if (text === undefined) return this.#miss(place);
      return [`${name} = ${value.kind === "list" ? text : `[${text}]`}`];
    }
    const one = this.#known.lists?.includes(path) && value.kind === "list" && value.items.length === 1;
    const inner = one ? value.items[0] : this.#inWords(path, value);
    const text =
      inner?.kind === "map" || inner?.kind === "list"
        ? this.#writer.json(inner)
        : inner && this.#writer.expression(inner);
    return text === undefined ? this.#miss(place) : [`${name} = ${text}`];
  }

  #blocks(name: string, path: string, block: Block, value: Value, place: string): readonly string[] | undefined {
    const items = value.kind === "list" ? value.items : [value];
    const lines: string[] = [];
    for (const item of items) {
      if (item.kind !== "map" || item.open !== undefined || (value.kind === "list" && value.open !== undefined))
        return this.#miss(place);
      const left = new Map([...item.entries].filter(([, one]) => one.kind !== "absent"));
      const inner = this.#block(path, block, left, place);
      const [first] = left.keys();
      if (first !== undefined) return this.#miss(`${place}.${first}`);
      lines.push(`${name} {`, ...inner, "}");
    }
    return lines;
  }

  #miss(place: string): undefined {
    if (this.missed === undefined || place.startsWith(this.missed)) this.missed = place;
  }

  #inWords(path: string, value: Value): Value {
    const words = Object.entries(this.#known.values?.[path] ?? {});
    const found = value.kind === "scalar" ? words.find(([, said]) => said === value.value) : undefined;
    return found && value.kind === "scalar" ? { ...value, value: found[0] } : value;
  }
}

/** Removes what lies at a path, and the maps that it leaves empty. */
function take(properties: Properties, [first = "", ...rest]: readonly string[]): Value | undefined {
  const held = properties.get(first);
  if (held === undefined || rest.length === 0) {
    properties.delete(first);
    return held;
  }
  const inner = held.kind === "list" && held.items.length === 1 ? held.items[0] : held;
  if (inner?.kind !== "map") return undefined;
  const entries = new Map(inner.entries);
  const found = take(entries, rest);
  if (found === undefined) return undefined;
  if (entries.size === 0) properties.delete(first);
  else properties.set(first, { ...inner, entries });
  return found;
}
