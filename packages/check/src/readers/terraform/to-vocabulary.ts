/** Terraform's resources in the common vocabulary: renamed, parts put where they belong, references to what is there. */
import { Resource } from "../../graph/resource.ts";
import { parseJsonText } from "../../graph/json-text.ts";
import { eachOption, list, map, scalar, type MapValue, type Value } from "../../graph/value.ts";
import type { Spot } from "../../source/source-text.ts";
import type { TfResource } from "./tf-resource.ts";
import { TF_TYPES } from "./types/catalog.ts";
import { toPascal, type TfType } from "./vocabulary.ts";
import { ownEntry } from "../../source/own-entry.ts";

/** What is said of a resource that is not here: the rest of it is open. */
const ELSEWHERE = "what is said of it elsewhere";

type PartOf = NonNullable<TfType["partOf"]>;

interface Draft {
  readonly resource: TfResource;
  readonly known: TfType | undefined;
  readonly type: string;
  readonly properties: MutableMap;
  readonly attributes: MapValue;
}

/** A map under construction; nested ones are made as paths ask for them. */
class MutableMap {
  readonly #entries = new Map<string, Value | MutableMap>();
  readonly #spot: Spot;
  open: string | undefined;

  constructor(spot: Spot) {
    this.#spot = spot;
  }

  set(path: readonly string[], value: Value | MutableMap): void {
    const [first = "", ...rest] = path;
    if (rest.length === 0) {
      const before = this.#entries.get(first);
      if (before instanceof MutableMap && !(value instanceof MutableMap) && value.kind === "map") before.add(value);
      else if (
        before &&
        !(before instanceof MutableMap) &&
        before.kind === "list" &&
        !(value instanceof MutableMap) &&
        value.kind === "list"
      ) {
        this.#entries.set(first, list([...before.items, ...value.items], before.spot, before.open ?? value.open));
      } else this.#entries.set(first, value);
      return;
    }
    let inner = this.#entries.get(first);
    if (!(inner instanceof MutableMap)) {
      const made = new MutableMap(this.#spot);
      if (inner?.kind === "map") made.add(inner);
      else if (inner?.kind === "list" && inner.items.length === 1 && inner.items[0]?.kind === "map")
        made.add(inner.items[0]);
      inner = made;
      this.#entries.set(first, inner);
    }
    inner.set(rest, value);
  }

  add(value: MapValue): void {
    for (const [key, child] of value.entries) this.set([key], child);
    this.open ??= value.open;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  freeze(): MapValue {
    return map(
      [...this.#entries].map(([key, value]) => [key, value instanceof MutableMap ? value.freeze() : value] as const),
      this.#spot,
      this.open,
    );
  }
}

export function toVocabulary(resources: readonly TfResource[]): readonly Resource[] {
  const ids = addressResolver(resources);
  const drafts = new Map<string, Draft>();
  const parts: TfResource[] = [];
  for (const resource of resources) {
    const known = ownEntry(TF_TYPES, resource.type);
    if (known?.partOf) parts.push(resource);
    else drafts.set(resource.address, draftOf(resource, known));
  }
  const orphans: Draft[] = [];
  for (const part of parts) {
    const known = ownEntry(TF_TYPES, part.type);
    if (!known?.partOf) continue;
    const owner = ownerOf(part, known.partOf, drafts, ids);
    if (owner) {
      fillPart(owner.properties, part, known, known.partOf);
    } else orphans.push(orphanOf(part, known, known.partOf));
  }
  const made = [...drafts.values(), ...orphans];
  return [...made, ...made.flatMap(apartFrom)].map((draft) => finish(draft, ids));
}

function draftOf(resource: TfResource, known: TfType | undefined): Draft {
  const properties = new MutableMap(resource.spot);
  fill(properties, resource, known, ["tags_all", "lifecycle", "timeouts"]);
  addDefaults(properties, resource, known);
  return { resource, known, type: typeOf(resource, known), properties, attributes: attributesOf(resource) };
}

function typeOf(resource: TfResource, known: TfType | undefined): string {
  if (typeof known?.type === "function") return known.type(resource.values);
  return known?.type ?? `Terraform::${resource.type}`;
}

function addDefaults(properties: MutableMap, { spot }: TfResource, known: TfType | undefined): void {
  for (const [path, value] of Object.entries(known?.defaults ?? {})) {
    if (!properties.has(path.split(".")[0] ?? "")) properties.set(path.split("."), scalar(value, spot));
  }
}

function fillPart(target: MutableMap, part: TfResource, known: TfType, { by, item }: PartOf): void {
  if (item === undefined) {
    fill(target, part, known, [by]);
    addDefaults(target, part, known);
    return;
  }
  const inner = new MutableMap(part.spot);
  fill(inner, part, known, [by]);
  target.set([item], list([inner.freeze()], part.spot));
}

/** A part whose owner is not here is judged for what it says; of the rest of its owner nothing is known. */
function orphanOf(part: TfResource, known: TfType, partOf: PartOf): Draft {
  const properties = new MutableMap(part.spot);
  fillPart(properties, part, known, partOf);
  properties.open = ELSEWHERE;
  return { resource: part, known, type: known.partOf?.type ?? "", properties, attributes: map([], part.spot) };
}

function ownerOf(
  part: TfResource,
  { by, type }: { readonly by: string; readonly type: string },
  drafts: ReadonlyMap<string, Draft>,
  ids: (address: string) => string,
): Draft | undefined {
  const named = part.values.entries.get(by);
  if (named?.kind === "reference") {
    const draft = drafts.get(ids(named.resource));
    return draft?.type === type ? draft : undefined;
  }
  const name = named?.kind === "scalar" ? String(named.value) : undefined;
  if (name === undefined) return undefined;
  return [...drafts.values()].find((draft) => {
    if (draft.type !== type) return false;
    return ["bucket", "name", "id"].some((key) => {
      const value = draft.resource.values.entries.get(key);
      return value?.kind === "scalar" && String(value.value) === name;
    });
  });
}

function fill(target: MutableMap, resource: TfResource, known: TfType | undefined, skipped: readonly string[]): void {
  const names = known?.names ?? {};
  const visit = (values: MapValue, at: string, into: MutableMap): void => {
    for (const [name, value] of values.entries) {
      const path = at === "" ? name : `${at}.${name}`;
      if (at === "" && (skipped.includes(name) || known?.apart?.some(({ argument }) => argument === name) === true))
        continue;
      const to = ownEntry(names, path) ?? toPascal(name);
      const [holder, place] = to.startsWith("^") ? [target, to.slice(1)] : [into, to];
      if (isBlocks(value)) placeBlocks(holder, place, value.items as readonly MapValue[], value.open, path, value.spot);
      else if (place !== "") holder.set(place.split("."), renamed(value, path));
    }
    into.open ??= values.open;
  };
  const placeBlocks = (
    holder: MutableMap,
    place: string,
    blocks: readonly MapValue[],
    open: string | undefined,
    path: string,
    spot: Spot,
  ): void => {
    if (place === "") {
      for (const block of blocks) visit(block, path, holder);
      return;
    }
    const items = blocks.map((block) => {
      const inner = new MutableMap(block.spot);
      visit(block, path, inner);
      return inner.freeze();
    });
    holder.set(place.split("."), list(items, spot, open));
  };
  /** Maps inside arguments (environment variables, tags, policies) keep their keys; they are data. */
  const renamed = (value: Value, path: string): Value => {
    const said = known?.values && ownEntry(known.values, path);
    const worded = said ? eachOption(value, (one) => inWords(one, said)) : value;
    const parsed = JSON_ARGUMENT.test(path) ? (parseJsonText(worded) ?? worded) : worded;
    return known?.lists?.includes(path) === true && parsed.kind !== "list" ? list([parsed], parsed.spot) : parsed;
  };
  visit(resource.values, "", target);
}

function inWords(value: Value, said: Readonly<Record<string, string | boolean>>): Value {
  const word = value.kind === "scalar" ? ownEntry(said, String(value.value)) : undefined;
  return word === undefined ? value : scalar(word, value.spot);
}

const JSON_ARGUMENT =
  /(policy|policy_document|policies|definition|pattern|container_definitions|container_properties|redrive_allow_policy|body)$/;

function isBlocks(value: Value): value is Value & { readonly kind: "list" } {
  return value.kind === "list" && value.items.length > 0 && value.items.every((item) => item.kind === "map");
}

function apartFrom({ resource }: Draft): readonly Draft[] {
  return (ownEntry(TF_TYPES, resource.type)?.apart ?? []).flatMap((apart) => {
    const value = resource.values.entries.get(apart.argument);
    if (!value) return [];
    const properties = new MutableMap(value.spot);
    properties.set(apart.at.split("."), parseJsonText(value) ?? value);
    const owner: Value = { kind: "reference", resource: resource.address, attribute: "", spot: value.spot };
    properties.set([apart.owner], apart.ownerIsList === true ? list([owner], value.spot) : owner);
    const own: TfResource = { ...resource, address: `${resource.address}.${apart.argument}`, spot: value.spot };
    return [{ resource: own, known: undefined, type: apart.type, properties, attributes: map([], value.spot) }];
  });
}

function attributesOf({ values, spot }: TfResource): MapValue {
  const lifecycle = values.entries.get("lifecycle");
  const block = lifecycle?.kind === "list" ? lifecycle.items[0] : undefined;
  const prevents = block?.kind === "map" ? block.entries.get("prevent_destroy") : undefined;
  const isKept = prevents?.kind === "scalar" && String(prevents.value) === "true";
  return map(
    isKept
      ? [
          ["DeletionPolicy", scalar("Retain", prevents.spot)],
          ["UpdateReplacePolicy", scalar("Retain", prevents.spot)],
        ]
      : [],
    spot,
  );
}

function finish({ resource, known, type, properties, attributes }: Draft, ids: (address: string) => string): Resource {
  const whole = properties.freeze();
  const frozen = mend(known?.reshape?.(whole) ?? whole, ids);
  return new Resource({
    id: resource.address,
    type,
    spot: resource.spot,
    attributes,
    properties: frozen.kind === "map" ? frozen : map([], resource.spot),
    ...(resource.onlyIf === undefined ? {} : { onlyIf: resource.onlyIf }),
  });
}

/** References name what is there: `aws_x.y` its only or first instance, a part the resource that it became part of. */
function mend(value: Value, ids: (address: string) => string): Value {
  switch (value.kind) {
    case "reference":
      return { ...value, resource: ids(value.resource) };
    case "list":
      return { ...value, items: value.items.map((item) => mend(item, ids)) };
    case "map":
      return { ...value, entries: new Map([...value.entries].map(([key, child]) => [key, mend(child, ids)])) };
    case "choice":
      return { ...value, options: value.options.map((option) => mend(option, ids)) };
    case "text":
      return {
        ...value,
        parts: value.parts.map((part) => (typeof part === "string" ? part : (mend(part, ids) as typeof part))),
      };
    default:
      return value;
  }
}

function addressResolver(resources: readonly TfResource[]): (address: string) => string {
  const known = new Set(resources.map(({ address }) => address));
  const firstOf = new Map<string, string>();
  for (const { address } of resources) {
    const base = address.replace(/\[[^\]]*\]$/, "");
    if (base !== address && !firstOf.has(base)) firstOf.set(base, address);
  }
  return (address) => {
    if (known.has(address)) return address;
    const base = address.replace(/\[[^\]]*\]$/, "");
    return known.has(base) ? base : (firstOf.get(address) ?? firstOf.get(base) ?? address);
  };
}
