/**
 * How an answer of AWS's API says a resource, as a table: where it stands in the answer, what it is known by, and which of
 * its parts is which property of a template. Names of the API are matched letter case aside, so that one shape reads the
 * CLI's answers and the items of AWS Config, which writes the same names with a small letter.
 */
import { list, map, scalar, type MapValue, type Value } from "../../graph/value.ts";
import { asTags, emptyMap, isNothing, itemsOf, lookUp, put, spelled, textAt, unwrapped } from "../live-value.ts";
import type { LiveResource } from "../live-resource.ts";

/** Undefined where the property is not there. */
export type Change = (value: Value) => Value | undefined;
export type Field = string | readonly [path: string, change: Change];

export interface Shape {
  readonly type: string;
  /** Where it stands in an answer: `DBInstances[]`, `Table`; empty for the answer itself. */
  readonly at: string;
  /** What an answer must have to be this one, by paths from the item. */
  readonly needs: readonly string[];
  /** Paths of its names, ids and ARNs. */
  readonly identifiers: readonly string[];
  /** Properties by their path in a template. An answer without the part says that the property is not set. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The answer lists every resource of the type. */
  readonly isList?: true;
  /** What AWS makes and keeps itself. */
  readonly isAwsOwned?: (item: Value) => boolean;
  /** Resources of their own in a template that the answer says with this one: its policy. */
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly type: string;
  readonly at: string;
  /** The part's properties from what is there and its owner's identifier. */
  readonly make: (value: Value, owner: string) => readonly (readonly [name: string, properties: MapValue])[];
}

/** Every resource that the answer says by the shape. */
export function readShape(shape: Shape, answer: Value): readonly LiveResource[] {
  return itemsAt(shape, answer).flatMap((item) => readItem(shape, item));
}

export function fitsShape(shape: Shape, answer: Value): boolean {
  const isList = shape.at.endsWith("[]");
  const holder = shape.at === "" ? answer : lookUp(answer, shape.at.replace("[]", ""));
  if (holder === undefined || (isList && holder.kind !== "list")) return false;
  const items = isList ? itemsOf(holder) : [holder];
  // An empty list of a key that is this shape's alone says that there is none.
  if (items.length === 0) return true;
  return items.some((item) => shape.needs.every((path) => lookUp(item, path) !== undefined));
}

export function readItem(shape: Shape, item: Value): readonly LiveResource[] {
  const known = shape.identifiers.flatMap((path) => textAt(item, path) ?? []);
  const [name] = known;
  if (name === undefined) return [];
  const entries = new Map<string, Value>();
  for (const [path, field] of Object.entries(shape.fields)) {
    const [from, change]: readonly [string, Change] = typeof field === "string" ? [field, same] : field;
    const found = lookUp(item, from);
    const value = found && change(found);
    if (value !== undefined && !isNothing(value)) put(entries, path, spelled(value, path));
  }
  const tags = lookUp(item, "Tags") ?? lookUp(item, "TagSet") ?? lookUp(item, "TagList");
  if (tags) entries.set("Tags", asTags(tags));
  const whole: LiveResource = {
    type: shape.type,
    name,
    identifiers: new Set(known),
    properties: map(entries, item.spot),
    shows: new Set([...Object.keys(shape.fields), ...(tags ? ["Tags"] : [])]),
    said: item,
    isAwsOwned: shape.isAwsOwned?.(item) === true,
    spot: item.spot,
    ...madeFor(entries.get("Tags")),
  };
  return [whole, ...(shape.parts ?? []).flatMap((part) => readPart(part, item, whole))];
}

/** The stack and the logical id that CloudFormation writes onto what it makes. */
export function madeFor(tags: Value | undefined): Pick<LiveResource, "logicalId" | "stack"> {
  const found = new Map(
    itemsOf(tags).flatMap((tag) => {
      const key = textAt(tag, "Key");
      return key?.startsWith("aws:cloudformation:") === true ? [[key, textAt(tag, "Value")] as const] : [];
    }),
  );
  return { logicalId: found.get("aws:cloudformation:logical-id"), stack: found.get("aws:cloudformation:stack-name") };
}

function itemsAt({ at, needs }: Shape, answer: Value): readonly Value[] {
  const holder = at === "" ? answer : lookUp(answer, at.replace("[]", ""));
  const items = at.endsWith("[]") ? itemsOf(holder) : holder ? [holder] : [];
  return items.filter((item) => needs.every((path) => lookUp(item, path) !== undefined));
}

function readPart({ type, at, make }: Part, item: Value, whole: LiveResource): readonly LiveResource[] {
  const found = lookUp(item, at);
  if (!found) return [];
  return make(found, whole.name).map(([name, properties]) => ({
    type,
    name,
    identifiers: new Set([`${type} ${name}`]),
    properties,
    shows: new Set(properties.entries.keys()),
    said: found,
    partOf: whole.name,
    spot: found.spot,
  }));
}

const same: Change = (value) => value;

/** The words of a state as true; any other as false. */
export function onWhen(...words: readonly string[]): Change {
  return (value) => scalar(value.kind === "scalar" && words.includes(String(value.value)), value.spot);
}

/** One part of each item of a list. */
export function each(path: string): Change {
  return (value) =>
    list(
      itemsOf(value).flatMap((item) => lookUp(item, path) ?? []),
      value.spot,
    );
}

/** Only these parts of each item of a list. */
export function pick(...paths: readonly string[]): Change {
  return (value) =>
    list(
      itemsOf(value).map((item) =>
        map(
          paths.flatMap((path) => {
            const found = lookUp(item, path);
            return found ? [[path, found] as const] : [];
          }),
          item.spot,
        ),
      ),
      value.spot,
    );
}

export const document: Change = (value) => unwrapped(value);

/** An empty text or list is how some answers say that nothing is set. */
export const filled: Change = (value) =>
  (value.kind === "scalar" && value.value === "") || (value.kind === "list" && value.items.length === 0)
    ? undefined
    : value;

/** A policy that a template has as a resource of its own beside its owner. */
export function policyPart(type: string, at: string, ownerPath: string, ownerIsList: boolean): Part {
  return {
    type,
    at,
    make: (value, owner) => {
      const document_ = unwrapped(value.kind === "map" ? (lookUp(value, "policyText") ?? value) : value);
      if (document_.kind !== "map" || isMadeByDefault(document_)) return [];
      const named = scalar(owner, value.spot);
      const entries = new Map(emptyMap(value.spot).entries);
      entries.set(ownerPath, ownerIsList ? list([named], value.spot) : named);
      entries.set("PolicyDocument", document_);
      return [[owner, map(entries, value.spot)]];
    },
  };
}

/** SNS gives each topic a policy of its own. */
function isMadeByDefault(policy: Value): boolean {
  const statements = itemsOf(lookUp(policy, "Statement"));
  return (
    statements.length > 0 && statements.every((one) => textAt(one, "Sid")?.startsWith("__default_statement") === true)
  );
}
