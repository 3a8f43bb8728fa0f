/** Lists beside each other: sets where AWS's are, and in order where the order means something. */
import { absent, list, type Value } from "../graph/value.ts";
import { isNothing, textAt } from "./live-value.ts";
import { textOf } from "./policy-atoms.ts";
import { differs, equal, open, together, type Comparison, type Relate, type Relation } from "./relation.ts";

const PAIRS_MAX = 40_000;
/** Lists whose order means something. */
const ORDERED =
  /(^|\.)(Layers|Command|EntryPoint|CacheBehaviors|Parameters|LifecyclePolicies|AuthenticationFlow|DomainNameServers)$/;
const KEYS = [
  "Key",
  "AttributeName",
  "IndexName",
  "PolicyName",
  "Name",
  "Id",
  "HttpMethod",
  "Sid",
  "DeviceName",
] as const;

export type Lists = Value & { readonly kind: "list" };

/** `relate` compares one item with another. */
export function compareLists(
  relate: Relate,
  expected: Lists,
  actual: Lists,
  path: string,
  given: Comparison,
): Relation {
  const [wanted, held] = [
    expected.items.filter((one) => !isNothing(one)),
    actual.items.filter((one) => !isNothing(one)),
  ];
  if (wanted.length * held.length > PAIRS_MAX) {
    return textOf(expected) === textOf(actual) ? equal(expected) : open(expected, actual);
  }
  return ORDERED.test(path)
    ? inOrder(relate, wanted, held, path, given, expected)
    : asSets(relate, wanted, held, path, given, expected);
}

function inOrder(
  relate: Relate,
  wanted: readonly Value[],
  held: readonly Value[],
  path: string,
  given: Comparison,
  { spot, open: why }: Lists,
): Relation {
  const length = Math.max(wanted.length, held.length);
  const found = Array.from({ length }, (_, index) => {
    const at = `${path}[${index}]`;
    const [one, other] = [wanted[index], held[index]];
    if (one && other) return relate(one, other, at, given);
    if (one) return differs(one, absent(spot), at);
    return why === undefined
      ? differs(absent(spot), other ?? absent(spot), at)
      : open(absent(spot), other ?? absent(spot));
  });
  return together(
    found,
    list(
      found.map(({ merged }) => merged),
      spot,
    ),
  );
}

/** Each wanted one with the one that is equal, else the one of the same key, else the only other one. */
function asSets(
  relate: Relate,
  wanted: readonly Value[],
  held: readonly Value[],
  path: string,
  given: Comparison,
  whole: Lists,
): Relation {
  const left = new Set(held);
  const found: Relation[] = [];
  const take = (one: Value, fits: (other: Value, relation: Relation) => boolean): boolean => {
    for (const other of left) {
      const relation = relate(one, other, `${path}[${held.indexOf(other)}]`, given);
      if (!fits(other, relation)) continue;
      left.delete(other);
      found.push(relation);
      return true;
    }
    return false;
  };
  let rest = wanted.filter((one) => !take(one, (_, { state }) => state === "equal"));
  rest = rest.filter((one) => !take(one, (other) => hasSameKey(one, other)));
  rest = rest.filter((one) => !take(one, (_, { state }) => state === "open"));
  const [lastWanted] = rest;
  const isPair = rest.length === 1 && left.size === 1 && lastWanted?.kind === "map";
  // Statements are had or lacked; none is another one changed.
  if (isPair && !path.endsWith(".Statement") && take(lastWanted, () => true)) rest = [];
  const mayBeMore = whole.open !== undefined || rest.some(({ kind }) => kind === "unknown");
  for (const one of rest) {
    if (one.kind === "unknown") found.push({ state: "open", differences: [], merged: absent(one.spot) });
    else found.push(differs(one, absent(whole.spot), path));
  }
  for (const other of left) {
    found.push(mayBeMore ? { ...open(other, other), merged: other } : differs(absent(whole.spot), other, path));
  }
  const merged = found.map((one) => one.merged).filter((one) => !isNothing(one));
  return together(found, list(merged, whole.spot, whole.open));
}

function hasSameKey(one: Value, other: Value): boolean {
  if (one.kind !== "map" || other.kind !== "map") return false;
  return KEYS.some((key) => {
    const text = textAt(one, key);
    return text !== undefined && text === textAt(other, key);
  });
}
