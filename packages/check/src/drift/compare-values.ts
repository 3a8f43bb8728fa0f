/**
 * What a template says of a property beside what runs, in three values: equal, different, or not to be told, because one
 * of them does not say. Lists are sets where AWS's are; policies are compared by meaning; a name, an ARN and a reference
 * to the same thing are one. Ends within its budget on any input; what is left then is not to be told.
 */
import { parseJsonText } from "../graph/json-text.ts";
import { absent, list, map, scalar, type MapValue, type Reference, type Text, type Value } from "../graph/value.ts";
import { defaultOf, defaultsBelow, isIncomparable } from "./aws-defaults.ts";
import { compareLists, type Lists } from "./compare-lists.ts";
import { fitText } from "./fit-text.ts";
import { isKeyAlias, namesSame } from "./identity.ts";
import { asTags, childOf, isNothing, lookUp, textAt, unwrapped } from "./live-value.ts";
import { isPolicyPath, policyAtoms } from "./policy-atoms.ts";
import { differs, equal, open, together, type Comparison, type Relation } from "./relation.ts";

/** Settings whose value nobody should read; variables of functions are another thing, as they are shown to many. */
const SECRET = /(Password|AuthToken|SecretString|SecretKey|ApiKey)$/;
/** Maps whose keys the author chose: one more is a change. */
const OPEN_MAPS = /(^|\.)(Variables|Environment\.Variables|StageVariables|DefaultAttributes)$/;
export function relate(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  if (given.budget.steps-- <= 0) return open(expected, actual);
  if (isIncomparable(given.type, path)) return equal(expected);
  if (isNothing(expected)) return unset(expected, actual, path, given);
  if (expected.kind === "choice") return ofChoice(expected.options, actual, path, given);
  // A password that is given at deployment is not written anywhere, though the account may have it.
  if (expected.kind === "unknown" && SECRET.test(path)) return open(expected, absent(actual.spot));
  if (expected.kind === "unknown") return open(expected, actual);
  if (isNothing(actual)) return lost(expected, actual, path, given);
  if (isPolicyPath(given.type, path)) return ofPolicies(expected, actual, path, given);
  if (/(^|\.)Tags$/.test(path) || path === "TagsAll") return ofTags(expected, actual, path, given);
  return ofKind(expected, actual, path, given);
}

function ofKind(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  const [one, other] = [single(expected, actual), single(actual, expected)];
  switch (one.kind) {
    case "map": {
      const held = other.kind === "map" ? other : unwrapped(other);
      return held.kind === "map" ? ofMaps(one, held, path, given) : differs(one, other, path);
    }
    case "list":
      return compareLists(relate, one, other.kind === "list" ? other : list([other], other.spot), path, given);
    case "reference":
      return ofReference(one, other, path, given);
    case "text":
      return ofText(one, other, path, given);
    case "scalar":
      return ofScalars(one, other, path, given);
    default:
      return open(one, other);
  }
}

/** A list of one map and the map itself are the same. */
function single(value: Value, beside: Value): Value {
  const [only] = value.kind === "list" && value.items.length === 1 ? value.items : [];
  return only?.kind === "map" && beside.kind === "map" ? only : value;
}

function ofScalars(
  expected: Value & { readonly kind: "scalar" },
  actual: Value,
  path: string,
  given: Comparison,
): Relation {
  if (actual.kind !== "scalar") {
    const parsed = unwrapped(expected);
    if (parsed.kind !== "scalar") return relate(parsed, actual, path, given);
    return actual.kind === "list"
      ? compareLists(relate, list([expected], expected.spot), actual, path, given)
      : differs(expected, actual, path);
  }
  const [one, other] = [String(expected.value), String(actual.value)];
  if (isSameScalar(one, other)) return equal(expected);
  // A value that is fetched at deployment.
  if (one.includes("{{resolve:")) return open(expected, actual);
  if (isKeyAlias(one) !== isKeyAlias(other) && /key/i.test(path)) return open(expected, actual);
  const [left, right] = [unwrapped(expected), unwrapped(actual)];
  if (left.kind !== "scalar" && right.kind !== "scalar") return relate(left, right, path, given);
  return differs(expected, actual, path);
}

function isSameScalar(one: string, other: string): boolean {
  if (one === other || namesSame(one, other)) return true;
  if (/^(true|false)$/i.test(one)) return one.toLowerCase() === other.toLowerCase();
  return /^-?[\d.]+$/.test(one) && /^-?[\d.]+$/.test(other) && Number(one) === Number(other);
}

function ofReference(expected: Reference, actual: Value, path: string, given: Comparison): Relation {
  if (actual.kind !== "scalar") return open(expected, actual);
  const text = String(actual.value);
  const attribute = expected.attribute === "" ? undefined : given.attributeOf(expected.resource, expected.attribute);
  if (attribute !== undefined && isSameScalar(attribute, text)) return equal(expected);
  const names = given.identifiersOf(expected.resource);
  if (!names) return open(expected, actual);
  if ([...names].some((name) => namesSame(name, text))) return equal(expected);
  // Of other attributes than names and ARNs the account may not have said the value.
  const isName =
    expected.attribute === "" || /(^|\.)(Arn|arn|id|name|bucket|GroupId|.*Arn|.*Id|.*Name)$/.test(expected.attribute);
  if (attribute === undefined && !isName) return open(expected, actual);
  if (attribute === undefined && isKeyAlias(text)) return open(expected, actual);
  return differs(expected, actual, path);
}

/** Its open parts may be anything; its known parts may not. */
function ofText(expected: Text, actual: Value, path: string, given: Comparison): Relation {
  const fit = actual.kind === "scalar" ? fitText(expected, String(actual.value), given) : "maybe";
  if (fit === "yes") return equal(expected);
  const [parsed, held] = [unwrappedText(expected), unwrapped(actual)];
  if (parsed && held.kind !== "scalar") return relate(parsed, held, path, given);
  return fit === "no" ? differs(expected, actual, path) : open(expected, actual);
}

function unwrappedText(expected: Text): Value | undefined {
  const parsed = unwrappedJson(expected);
  return parsed.kind === "text" ? undefined : parsed;
}

function unwrappedJson(value: Text): Value {
  const [first] = value.parts;
  return typeof first === "string" && /^\s*[{[]/.test(first) ? (parseJsonText(value) ?? value) : value;
}

function ofMaps(expected: MapValue, actual: MapValue, path: string, given: Comparison): Relation {
  const entries = new Map<string, Value>();
  const found: Relation[] = [];
  for (const [key, child] of expected.entries) {
    const relation = relate(child, childOf(actual, key) ?? absent(actual.spot), below(path, key), given);
    found.push(relation);
    if (!isNothing(relation.merged)) entries.set(key, relation.merged);
  }
  const known = new Set([...expected.entries.keys()].map((key) => key.toLowerCase()));
  for (const [key, child] of actual.entries) {
    if (known.has(key.toLowerCase()) || isNothing(child)) continue;
    entries.set(key, child);
    if (expected.open === undefined) found.push(unset(absent(expected.spot), child, below(path, key), given));
  }
  return together(found, map(entries, expected.spot, expected.open));
}

/** The template does not say it: a difference where AWS's default is known, or where every one counts. */
function unset(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  if (isNothing(actual) || isIncomparable(given.type, path)) return equal(isNothing(actual) ? expected : actual);
  const byDefault = defaultOf(given.type, path);
  if (byDefault === undefined) {
    if (actual.kind === "map" && defaultsBelow(given.type, path).length > 0 && !OPEN_MAPS.test(path)) {
      return ofMaps(map([], expected.spot), actual, path, given);
    }
    const isOne = given.isExact || OPEN_MAPS.test(path.slice(0, Math.max(0, path.lastIndexOf("."))));
    return isOne && !isEmpty(actual) ? differs(expected, actual, path) : equal(actual);
  }
  if (isDefault(actual, byDefault)) return equal(actual);
  if (typeof byDefault === "object" || byDefault === "") return differs(expected, actual, path);
  const [difference] = differs(expected, actual, path).differences;
  return { state: "differs", differences: difference ? [{ ...difference, byDefault }] : [], merged: actual };
}

/** The template says it and the account does not. */
function lost(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  if (expected.kind === "map") {
    const children = [...expected.entries].map(([key, child]) =>
      relate(child, absent(actual.spot), below(path, key), given),
    );
    if (children.every(({ state }) => state === "equal")) return equal(expected);
    if (children.every(({ state }) => state !== "differs")) return open(expected, actual);
    return differs(expected, actual, path);
  }
  if (expected.kind === "list" && expected.items.length === 0) return equal(expected);
  const byDefault = defaultOf(given.type, path);
  if (isEmpty(expected) || (byDefault !== undefined && isDefault(expected, byDefault))) return equal(expected);
  if (byDefault !== undefined && byDefault !== "" && typeof byDefault !== "object") {
    const relation = relate(expected, scalar(byDefault, actual.spot), path, given);
    return relation.state === "open" ? relation : differs(expected, actual, path);
  }
  return differs(expected, actual, path);
}

function isDefault(value: Value, byDefault: string | number | boolean | readonly []): boolean {
  if (typeof byDefault === "object" || byDefault === "") return isEmpty(value);
  const only = value.kind === "list" && value.items.length === 1 ? (value.items[0] ?? value) : value;
  return only.kind === "scalar" && isSameScalar(String(byDefault), String(only.value));
}

function isEmpty(value: Value): boolean {
  if (value.kind === "scalar")
    return value.value === "" || value.value === null || String(value.value) === "false" || value.value === 0;
  if (value.kind === "list") return value.items.length === 0;
  return value.kind === "map" ? [...value.entries.values()].every(isEmpty) : value.kind === "absent";
}

function ofChoice(options: readonly Value[], actual: Value, path: string, given: Comparison): Relation {
  const relations = options.map((option) => relate(option, actual, path, given));
  const [first] = relations;
  return (
    relations.find(({ state }) => state === "equal") ??
    relations.find(({ state }) => state === "open") ??
    first ??
    open(absent(actual.spot), actual)
  );
}

function ofPolicies(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  const [wanted, held] = [policyAtoms(asDocument(expected)), policyAtoms(actual)];
  if (!wanted || !held) return ofKind(asDocument(expected), unwrapped(actual), path, given);
  const relation = compareLists(relate, wanted as Lists, held as Lists, `${path}.Statement`, given);
  return { ...relation, merged: relation.state === "equal" ? expected : unwrapped(actual) };
}

function asDocument(value: Value): Value {
  return value.kind === "text" ? (parseJsonText(value) ?? value) : unwrapped(value);
}

/** Others add tags of their own: only those that the template writes are held against it. */
function ofTags(expected: Value, actual: Value, path: string, given: Comparison): Relation {
  const [wanted, held] = [asTags(expected), asTags(actual)];
  if (wanted.kind !== "list" || held.kind !== "list") return open(expected, actual);
  const byKey = new Map(held.items.flatMap((tag) => entryOf(tag)));
  const found = wanted.items.flatMap((tag): readonly Relation[] => {
    const [entry] = entryOf(tag);
    if (!entry) return [];
    const [key, value] = entry;
    return [relate(value, byKey.get(key) ?? absent(held.spot), `${path}.${key}`, given)];
  });
  const relation = together(found, expected);
  return { ...relation, merged: relation.state === "differs" ? held : expected };
}

function entryOf(tag: Value): readonly (readonly [string, Value])[] {
  const [key, value] = [textAt(tag, "Key"), lookUp(tag, "Value")];
  return key === undefined ? [] : [[key, value ?? scalar("", tag.spot)]];
}

function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
