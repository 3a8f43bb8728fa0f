/**
 * What generated validators call (`scripts/generator/compile-validators.ts`). A validator reports issues by element and
 * rule; where one was found, its caller puts its own element before it, so that a valid resource costs no path at all.
 * INVARIANT: total. Whatever JSON they are given, these functions answer with issues and never throw; issues name
 * elements of R4 and rule ids, never a value or a member name of the resource (either may be PHI).
 */
import { isObject, type JsonObject } from "../json.ts";
import { containedIn, type Check, type Issue, type Validator } from "./check.ts";
import { isAbsoluteUri, isBase64Binary, isString } from "./primitives.ts";

export * from "./primitives.ts";
export { narrative } from "./narrative.ts";

const DEPTH_MAX = 64;

function report(c: Check, path: string, rule: string): void {
  if (c.issues.length < c.issuesMax) c.issues.push({ path, rule });
}

/** The object has a member that R4 does not know. */
export function unknown(c: Check): void {
  report(c, "", "unknown-element");
}

export function required(c: Check, name: string): void {
  report(c, name, "required");
}

export function broken(c: Check, key: string): void {
  report(c, "", key);
}

/** The second `value[x]` of an object. `seen` is the first one's JSON name, or "". */
export function choice(c: Check, seen: string, json: string, name: string): string {
  if (seen !== "" && seen !== json) report(c, name, "choice-of-type");
  return json;
}

export function one(value: unknown, c: Check, name: string, validate: Validator): void {
  if (!isObject(value)) return wrong(value, c, name);
  const before = c.issues.length;
  if (++c.depth > DEPTH_MAX) report(c, "", "depth");
  else validate(value, c);
  c.depth--;
  if (c.issues.length > before) prefix(c, before, name);
}

export function list(value: unknown, c: Check, name: string, validate: Validator): void {
  if (!isList(value, c, name)) return;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    const before = c.issues.length;
    if (!isObject(item)) report(c, "", item === null || Array.isArray(item) ? "empty-value" : "format");
    else if (++c.depth > DEPTH_MAX) {
      report(c, "", "depth");
      c.depth--;
    } else {
      validate(item, c);
      c.depth--;
    }
    if (c.issues.length > before) prefix(c, before, `${name}[${index}]`);
  }
}

export function primitive(value: unknown, c: Check, name: string, is: (value: unknown) => boolean): void {
  if (!is(value)) wrong(value, c, name);
}

export function primitives(
  value: unknown,
  c: Check,
  name: string,
  is: (value: unknown) => boolean,
  sibling: unknown,
): void {
  if (!isList(value, c, name)) return;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (is(item)) continue;
    if (item !== null) report(c, `${name}[${index}]`, item === "" || Array.isArray(item) ? "empty-value" : "format");
    else if (!Array.isArray(sibling) || !isObject(sibling[index])) report(c, `${name}[${index}]`, "empty-value");
  }
}

export function code(value: unknown, c: Check, name: string, codes: ReadonlySet<unknown>): void {
  if (codes.has(value)) return;
  if (typeof value === "string" && value !== "") report(c, name, "required-binding");
  else wrong(value, c, name);
}

export function codes(value: unknown, c: Check, name: string, known: ReadonlySet<unknown>, sibling: unknown): void {
  primitives(value, c, name, (item) => typeof item === "string" && item !== "", sibling);
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    if (typeof item === "string" && item !== "" && !known.has(item)) report(c, `${name}[${index}]`, "required-binding");
  }
}

/** `_name`: id and extensions of the primitive `value`. */
export function sibling(item: unknown, c: Check, name: string, value: unknown, element: Validator): void {
  if (!isObject(item)) return wrong(item, c, name);
  // An id alone is enough beside a value, and nothing without one (ele-1).
  if (value !== undefined && value !== null && Object.keys(item).length === 1 && typeof item["id"] === "string") {
    const before = c.issues.length;
    elementId(item["id"], c);
    if (c.issues.length > before) prefix(c, before, name);
    return;
  }
  one(item, c, name, element);
}

export function siblings(items: unknown, c: Check, name: string, values: unknown, element: Validator): void {
  if (!isList(items, c, name)) return;
  for (let index = 0; index < items.length; index++) {
    const item: unknown = items[index];
    const value: unknown = Array.isArray(values) ? values[index] : undefined;
    if (item !== null) sibling(item, c, `${name}[${index}]`, value, element);
    else if (value === undefined || value === null) report(c, `${name}[${index}]`, "empty-value");
  }
}

/** Unique within the resource, for references inside of it; any text without spaces (FHIR R4 element §2.23.0.1). */
export function elementId(value: unknown, c: Check): void {
  if (!isString(value)) return wrong(value, c, "id");
  const id = value as string;
  c.ids ??= new Set();
  if (/\s/.test(id)) report(c, "id", "format");
  else if (c.ids.has(id)) report(c, "id", "duplicate-id");
  else c.ids.add(id);
}

/** An extension is named by the URI of its definition (FHIR R4 extensibility §2.4.0.1): alone, an absolute one. */
export function extensions(value: unknown, c: Check, name: string, validate: Validator): void {
  list(value, c, name, validate);
  if (!Array.isArray(value)) return;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    const url = isObject(item) ? item["url"] : undefined;
    if (typeof url === "string" && url !== "" && !isAbsoluteUri(url)) report(c, `${name}[${index}].url`, "format");
  }
}

/** The size is that of the data, before its encoding (FHIR R4 datatypes §2.24.0.2). */
export function attachmentSize(value: JsonObject, c: Check): void {
  const { data, size } = value;
  if (typeof data !== "string" || typeof size !== "number" || !isBase64Binary(data)) return;
  let digits = 0;
  for (let at = 0; at < data.length; at++) {
    const code = data.charCodeAt(at);
    if (code > 32 && code !== 61) digits++;
  }
  if (Math.floor((digits * 3) / 4) !== size) report(c, "size", "size-mismatch");
}

export function concept(value: unknown, c: Check, name: string, validate: Validator, known: ReadonlySet<string>): void {
  one(value, c, name, validate);
  if (isObject(value) && !isBound(value, known)) report(c, name, "required-binding");
}

export function reference(
  value: unknown,
  c: Check,
  name: string,
  validate: Validator,
  targets: ReadonlySet<string>,
): void {
  one(value, c, name, validate);
  if (isObject(value) && !isTargeted(value, c, targets)) report(c, name, "reference-type");
}

export function references(
  value: unknown,
  c: Check,
  name: string,
  validate: Validator,
  targets: ReadonlySet<string>,
): void {
  list(value, c, name, validate);
  if (!Array.isArray(value)) return;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (isObject(item) && !isTargeted(item, c, targets)) report(c, `${name}[${index}]`, "reference-type");
  }
}

/** A resource in a resource; of `type` where the element wants one type alone. */
export function resource(value: unknown, c: Check, name: string, type?: string): void {
  if (!isObject(value)) return wrong(value, c, name);
  const before = c.issues.length;
  nested(value, c, name === "contained", type);
  if (c.issues.length > before) prefix(c, before, name);
}

export function resources(value: unknown, c: Check, name: string, type?: string): void {
  if (!isList(value, c, name)) return;
  const isContained = name === "contained";
  const ids = new Set<unknown>();
  for (const [index, item] of value.entries()) {
    const before = c.issues.length;
    if (isObject(item)) {
      nested(item, c, isContained, type);
      // `#id` would mean two resources.
      if (isContained && ids.has(item["id"])) report(c, "id", "duplicate-id");
      if (item["id"] !== undefined) ids.add(item["id"]);
    } else report(c, "", item === null ? "empty-value" : "format");
    if (c.issues.length > before) prefix(c, before, `${name}[${index}]`);
  }
}

/** A constraint on each item of an element. */
export function rule(value: unknown, c: Check, name: string, key: string, holds: (item: never) => boolean): void {
  if (!Array.isArray(value)) {
    if (value !== null && !holds(value as never)) report(c, name, key);
    return;
  }
  for (const [index, item] of value.entries()) {
    if (item !== null && !holds(item as never)) report(c, `${name}[${index}]`, key);
  }
}

/** ref-1: `#x` is the id of a contained resource. A relative reference names a type that R4 has, and an id. No URL has a space. */
export function localReference(value: JsonObject, c: Check): void {
  const text = value["reference"];
  if (typeof text !== "string") return;
  if (text.charCodeAt(0) === 35) {
    if (text.length > 1 && !containedType(c, text.slice(1))) report(c, "", "ref-1");
    return;
  }
  if (/\s/.test(text) && !/^[A-Z][A-Za-z]+\?/.test(text)) return report(c, "reference", "format");
  const slash = text.indexOf("/");
  const criteria = /^([A-Z][A-Za-z]+)\?/.exec(text)?.[1];
  if (criteria !== undefined && !c.validatorOf(criteria)) return report(c, "", "reference-type");
  // An id without its type is no location.
  if (slash < 0 && /^[A-Za-z0-9\-.]+$/.test(text)) return report(c, "reference", "format");
  if (slash <= 0 || text.charCodeAt(0) > 90) return;
  if (!c.validatorOf(text.slice(0, slash)) && /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(\/|$)/.test(text)) {
    report(c, "", "reference-type");
  }
}

/** dom-3: a contained resource is referred to from somewhere in the resource, or refers to it by `#`. */
export function containedUse(value: JsonObject, c: Check): void {
  const contained = value["contained"];
  if (!Array.isArray(contained)) return;
  const used = new Set<string>();
  collectLocal(value, used, 0);
  for (const each of contained) {
    if (!isObject(each)) continue;
    if (typeof each["id"] === "string" && used.has(`#${each["id"]}`)) continue;
    const own = new Set<string>();
    collectLocal(each, own, 0);
    if (!own.has("#")) return broken(c, "dom-3");
  }
}

function collectLocal(value: unknown, into: Set<string>, depth: number): void {
  if (typeof value === "string") {
    if (value.charCodeAt(0) === 35) into.add(value);
  } else if (depth > DEPTH_MAX) return;
  else if (Array.isArray(value)) for (const item of value) collectLocal(item, into, depth + 1);
  else if (isObject(value)) for (const key in value) collectLocal(value[key], into, depth + 1);
}

function nested(value: JsonObject, c: Check, isContained: boolean, type: string | undefined): void {
  const name = value["resourceType"];
  const validate = typeof name === "string" ? c.validatorOf(name) : undefined;
  if (!validate || (type !== undefined && name !== type)) return report(c, "resourceType", "unknown-type");
  if (++c.depth > DEPTH_MAX) report(c, "", "depth");
  else {
    const { resource: outer, root, ids } = c;
    c.resource = value;
    c.ids = undefined;
    if (!isContained) c.root = value;
    validate(value, c);
    c.resource = outer;
    c.ids = ids;
    c.root = root;
  }
  c.depth--;
}

function isTargeted(value: JsonObject, c: Check, targets: ReadonlySet<string>): boolean {
  const named = value["type"];
  const text = value["reference"];
  const type = typeof text === "string" ? referencedType(text, c, targets) : undefined;
  if (type !== undefined && !targets.has(type)) return false;
  if (typeof named !== "string" || !c.validatorOf(named)) return true;
  return targets.has(named) && (type === undefined || type === named);
}

/** The R4 type that a reference's text tells: `Patient/1`, a RESTful URL, `Patient?identifier=…`, a contained id. */
function referencedType(text: string, c: Check, targets: ReadonlySet<string>): string | undefined {
  const slash = text.indexOf("/");
  if (slash > 0) {
    const start = text.slice(0, slash);
    if (targets.has(start)) return start;
  }
  if (text.charCodeAt(0) === 35) return containedType(c, text.slice(1));
  if (text.startsWith("urn:")) return undefined;
  const type =
    /^(?:https?:\/\/\S*\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(
      text,
    )?.[1] ?? /^([A-Z][A-Za-z]+)\?/.exec(text)?.[1];
  return type !== undefined && c.validatorOf(type) ? type : undefined;
}

function containedType(c: Check, id: string): string | undefined {
  const type = containedIn(c).get(id)?.["resourceType"];
  return typeof type === "string" ? type : undefined;
}

/** Some coding is of the value set. What has only extensions says that there is no value. */
function isBound(value: JsonObject, known: ReadonlySet<string>): boolean {
  const codings = value["coding"];
  if (!Array.isArray(codings)) return value["text"] === undefined;
  return codings.some((each) => {
    if (!isObject(each)) return false;
    const { system, code } = each;
    return typeof system === "string" && typeof code === "string" && known.has(`${system}|${code}`);
  });
}

function isList(value: unknown, c: Check, name: string): value is unknown[] {
  if (Array.isArray(value)) {
    if (value.length > 0) return true;
    report(c, name, "empty-value");
  } else report(c, name, value === null ? "empty-value" : "expected-array");
  return false;
}

function wrong(value: unknown, c: Check, name: string): void {
  if (Array.isArray(value)) report(c, name, value.length === 0 ? "empty-value" : "expected-single-value");
  else report(c, name, value === null || value === "" ? "empty-value" : "format");
}

function prefix(c: Check, from: number, segment: string): void {
  for (let index = from; index < c.issues.length; index++) {
    const issue = c.issues[index] as Issue;
    issue.path = issue.path === "" ? segment : `${segment}.${issue.path}`;
  }
}
