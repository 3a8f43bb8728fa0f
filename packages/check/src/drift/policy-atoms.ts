/**
 * Policy documents by what they mean: each statement taken apart into one action on one resource by one principal under
 * its conditions. Order, Sids, letter case of actions, a text or a list of one, one statement or two make no difference;
 * nor does an action that a wider one beside it covers.
 */
import { coversText } from "../graph/pattern.ts";
import { list, map, scalar, type Value } from "../graph/value.ts";
import { ownEntry } from "../source/own-entry.ts";
import { isNothing, itemsOf, lookUp, unwrapped } from "./live-value.ts";

/** Beyond this the statements are compared as they stand. */
const ATOMS_MAX = 600;

/** Undefined where it is no document whose statements are all to be seen. */
export function policyAtoms(document: Value): Value | undefined {
  const parsed = unwrapped(document);
  if (parsed.kind !== "map" || parsed.open !== undefined) return undefined;
  const statements = lookUp(parsed, "Statement");
  if (!statements || (statements.kind === "list" && statements.open !== undefined)) return undefined;
  const items = itemsOf(statements);
  if (!items.every(({ kind }) => kind === "map")) return undefined;
  const atoms = items.flatMap(atomsOf);
  if (atoms.length > ATOMS_MAX) return undefined;
  return list(
    atoms.filter((atom) => !atoms.some((other) => other !== atom && isWithin(atom, other, atoms))),
    parsed.spot,
  );
}

function atomsOf(statement: Value): readonly Value[] {
  const [actions, resources] = [several(statement, "Action"), several(statement, "Resource")];
  const principals = principalsOf(lookUp(statement, "Principal"));
  const condition = conditionOf(lookUp(statement, "Condition"));
  const rest = (["NotAction", "NotResource"] as const).flatMap((key) => {
    const found = lookUp(statement, key);
    return found ? [[key, asList(found)] as const] : [];
  });
  const others = principalsOf(lookUp(statement, "NotPrincipal"));
  const effect = lookUp(statement, "Effect") ?? scalar("Allow", statement.spot);
  return product(actions.map(lowerCase), resources, principals).map(([action, resource, principal]) =>
    map(
      [
        ["Effect", effect] as const,
        ...(principal ? [["Principal", principal] as const] : []),
        ...(others.length > 0 ? [["NotPrincipal", list(others, statement.spot)] as const] : []),
        ...(action ? [["Action", action] as const] : []),
        ...(resource ? [["Resource", resource] as const] : []),
        ...rest,
        ...(condition ? [["Condition", condition] as const] : []),
      ],
      statement.spot,
    ),
  );
}

function several(statement: Value, key: string): readonly Value[] {
  const found = lookUp(statement, key);
  return found === undefined ? [] : asList(found).items;
}

function asList(value: Value): Value & { readonly kind: "list" } {
  return value.kind === "list" ? value : { kind: "list", items: [value], spot: value.spot };
}

function product(...[actions, resources, principals]: readonly (readonly Value[])[]) {
  const orNone = (values: readonly Value[] | undefined): readonly (Value | undefined)[] =>
    values === undefined || values.length === 0 ? [undefined] : values;
  const count = orNone(actions).length * orNone(resources).length * orNone(principals).length;
  if (count > ATOMS_MAX) return Array.from({ length: ATOMS_MAX + 1 }, () => [undefined, undefined, undefined] as const);
  return orNone(actions).flatMap((action) =>
    orNone(resources).flatMap((resource) =>
      orNone(principals).map((principal) => [action, resource, principal] as const),
    ),
  );
}

/** `AWS: "*"` and a bare `"*"` are one; so are an account's id and its root. */
function principalsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  if (value.kind !== "map") return asList(value).items.map((who) => principal("AWS", who));
  return [...value.entries].flatMap(([type, who]) => asList(who).items.map((one) => principal(type, one)));
}

function principal(type: string, who: Value): Value {
  const account = who.kind === "scalar" ? /^\d{12}$/.exec(String(who.value))?.[0] : undefined;
  const value = account === undefined ? who : scalar(`arn:aws:iam::${account}:root`, who.spot);
  return map([[type, value]], who.spot);
}

/** Each operator's keys in small letters with lists of texts. */
function conditionOf(value: Value | undefined): Value | undefined {
  if (value?.kind !== "map" || value.entries.size === 0)
    return value && !isNothing(value) && value.kind !== "map" ? value : undefined;
  return map(
    [...value.entries].map(([operator, keys]) => [
      operator,
      keys.kind === "map"
        ? map(
            [...keys.entries].map(([key, values]) => [key.toLowerCase(), asList(values)] as const),
            keys.spot,
          )
        : keys,
    ]),
    value.spot,
  );
}

function lowerCase(action: Value): Value {
  return action.kind === "scalar" ? scalar(String(action.value).toLowerCase(), action.spot) : action;
}

/** Of two that are equal the first stays. */
function isWithin(atom: Value, other: Value, atoms: readonly Value[]): boolean {
  const [own, its] = [plain(atom), plain(other)];
  if (own === undefined || its === undefined || own.rest !== its.rest) return false;
  if (own.action === its.action) return atoms.indexOf(other) < atoms.indexOf(atom);
  return coversText(its.action, own.action);
}

const plainForms = new WeakMap<Value, { readonly action: string; readonly rest: string } | null>();

/** Undefined where a part is open: such an atom covers nothing for certain. */
function plain(atom: Value): { readonly action: string; readonly rest: string } | undefined {
  let form = plainForms.get(atom);
  if (form === undefined) {
    const action = lookUp(atom, "Action");
    form =
      atom.kind === "map" && action?.kind === "scalar" && isSettled(atom)
        ? { action: String(action.value), rest: textOf({ ...atom, entries: without(atom.entries, "Action") }) }
        : null;
    plainForms.set(atom, form);
  }
  return form ?? undefined;
}

function without(entries: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return new Map([...entries].filter(([name]) => name !== key));
}

function isSettled(value: Value): boolean {
  if (value.kind === "map") return value.open === undefined && [...value.entries.values()].every(isSettled);
  if (value.kind === "list") return value.open === undefined && value.items.every(isSettled);
  return value.kind === "scalar" || value.kind === "reference";
}

/** One text for one meaning: keys and items in order. */
export function textOf(value: Value): string {
  if (value.kind === "map") {
    const entries = [...value.entries].map(([key, child]) => `${JSON.stringify(key)}:${textOf(child)}`);
    return `{${entries.toSorted().join()}}`;
  }
  if (value.kind === "list") return `[${value.items.map(textOf).toSorted().join()}]`;
  if (value.kind === "scalar") return JSON.stringify(String(value.value));
  return value.kind === "reference" ? `<${value.resource}.${value.attribute}>` : value.kind;
}

/** Whether the property holds a policy document. */
export function isPolicyPath(type: string, path: string): boolean {
  return (
    /(^|\.)(\w*PolicyDocument|KeyPolicy|ResourcePolicy|AccessPolicies|RepositoryPolicyText|FileSystemPolicy|VaultPolicy)$/.test(
      path.replaceAll(/\[\d+\]/g, ""),
    ) || ownEntry(BARE_POLICY, type) === path
  );
}

const BARE_POLICY: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::RestApi": "Policy",
  "AWS::S3::BucketPolicy": "PolicyDocument",
};
