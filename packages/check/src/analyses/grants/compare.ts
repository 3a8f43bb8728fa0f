/** What a function is granted beside what its code uses: what is too much, what is missing, and what cannot be told. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Spot } from "../../source/source-text.ts";
import { GRANT_KINDS, type GrantKind, type OpenUse, type Use, type Uses } from "./uses.ts";

export interface Grant {
  readonly kind: GrantKind;
  readonly name: string;
  /** Where it is written: the text, or the map of an egress grant. */
  readonly spot: Spot;
}

export interface Comparison {
  readonly granted: readonly Grant[];
  /** Granted, and used by no code. */
  readonly excess: readonly Grant[];
  /** Granted, and perhaps used where the code leaves open what it needs. */
  readonly undecided: readonly Grant[];
  /** Used, and not granted. */
  readonly missing: readonly Use[];
  /** Used as the code turns out, and not granted. */
  readonly doubtful: readonly Use[];
  /** Places that leave open what they need. */
  readonly open: readonly OpenUse[];
  /** Why more may be granted than is seen. */
  readonly grantsOpen?: { readonly because: string; readonly spot: Spot };
}

export function compareGrants(fn: Resource, { uses, open }: Uses): Comparison {
  const lists = GRANT_KINDS.map((kind) => ({ kind, list: fn.at(`grants.${kind}`) }));
  const granted = lists.flatMap(({ kind, list }) => list.items().flatMap((item) => grantOf(kind, item)));
  const has = (kind: GrantKind, name: string) => granted.some((one) => one.kind === kind && one.name === name);
  const isUsed = (grant: Grant) => uses.some(({ kind, name }) => kind === grant.kind && name === grant.name);
  const unused = granted.filter((grant) => !isUsed(grant));
  const isMaybe = (grant: Grant) => open.some(({ couldNeed }) => couldNeed(grant.kind, grant.name));
  const lacking = (certainty: Use["certainty"]) => {
    const found = uses.filter((use) => use.certainty === certainty && !has(use.kind, use.name));
    return found.filter((use, index) => found.findIndex((one) => isSame(one, use)) === index);
  };
  const grantsOpen = lists.map(({ list }) => openBecause(list)).find((one) => one !== undefined);
  return {
    granted,
    excess: unused.filter((grant) => !isMaybe(grant)),
    undecided: unused.filter(isMaybe),
    missing: lacking("sure"),
    doubtful: lacking("perhaps"),
    open,
    ...(grantsOpen ? { grantsOpen } : {}),
  };
}

function grantOf(kind: GrantKind, item: Property): readonly Grant[] {
  const name = (kind === "egress" ? item.at("host") : item).text();
  return name === undefined ? [] : [{ kind, name, spot: item.spot }];
}

function openBecause(list: Property): Comparison["grantsOpen"] {
  const parts = [list, ...list.items()];
  for (const { value, spot } of parts) {
    if (value.kind === "unknown") return { because: value.reason, spot };
    if ((value.kind === "list" || value.kind === "map") && value.open !== undefined)
      return { because: value.open, spot };
    if (value.kind === "text" || value.kind === "choice") return { because: "a grant that is not known", spot };
  }
  return undefined;
}

function isSame(one: Use, other: Use): boolean {
  return one.kind === other.kind && one.name === other.name;
}
