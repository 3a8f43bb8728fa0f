/**
 * Decisions taken before. The same few callers ask the same few questions thousands of times a second, so a question is
 * compared with what is remembered, member by member, and never written out.
 *
 * INVARIANT: what finds a decision is the whole input of it, by value: the asker, who is remembered as a copy, and all
 * that is asked. Cedar is a pure function of that input, so no policy can depend on anything else.
 */
import type { AuditAction, Caller, Principal } from "@ward/core";

export interface Decision {
  readonly isAllowed: boolean;
  /** Ids of the policies that decided, sorted; empty where none permitted. */
  readonly policies: readonly string[];
}

export type Actor = Pick<Caller, "principal" | "purpose" | "onBehalfOf">;

export interface DecisionMemory {
  /** What was decided for callers equal to this one. */
  of(caller: Actor): Remembered;
}

/** `more`: what a decision depends on besides action and type; empty where on nothing. */
export interface Remembered {
  find(action: AuditAction, resourceType: string, more: string): Decision | undefined;
  keep(action: AuditAction, resourceType: string, more: string, decision: Decision): void;
}

/** Forgets everything when it holds `max` decisions. */
export function createDecisionMemory(max: number): DecisionMemory {
  // By the id of the person or service behind the call: of a function that acts for many there are many askers.
  const askers = new Map<string, Asker[]>();
  let held = 0;
  const count = (): void => {
    held++;
    if (held <= max) return;
    askers.clear();
    held = 0;
  };
  return {
    of(caller) {
      const { id } = caller.onBehalfOf ?? caller.principal;
      const namesakes = askers.get(id);
      if (namesakes !== undefined) for (const asker of namesakes) if (asker.is(caller)) return asker;
      const asker = new Asker(caller, count);
      count();
      const known = askers.get(id);
      if (known === undefined) askers.set(id, [asker]);
      else known.push(asker);
      return asker;
    },
  };
}

class Asker implements Remembered {
  readonly #principal: Principal;
  readonly #onBehalfOf: Principal | undefined;
  readonly #purpose: Actor["purpose"];
  readonly #count: () => void;
  readonly #decisions = new Map<AuditAction, Map<string, Map<string, Decision>>>();

  constructor({ principal, purpose, onBehalfOf }: Actor, count: () => void) {
    this.#principal = copyOf(principal);
    this.#purpose = purpose;
    this.#onBehalfOf = onBehalfOf && copyOf(onBehalfOf);
    this.#count = count;
  }

  is({ principal, purpose, onBehalfOf }: Actor): boolean {
    if (purpose !== this.#purpose || !isSame(principal, this.#principal)) return false;
    if (onBehalfOf === undefined || this.#onBehalfOf === undefined) return onBehalfOf === this.#onBehalfOf;
    return isSame(onBehalfOf, this.#onBehalfOf);
  }

  find(action: AuditAction, resourceType: string, more: string): Decision | undefined {
    return this.#decisions.get(action)?.get(resourceType)?.get(more);
  }

  keep(action: AuditAction, resourceType: string, more: string, decision: Decision): void {
    this.#count();
    let ofAction = this.#decisions.get(action);
    if (ofAction === undefined) this.#decisions.set(action, (ofAction = new Map()));
    let ofType = ofAction.get(resourceType);
    if (ofType === undefined) ofAction.set(resourceType, (ofType = new Map()));
    ofType.set(more, decision);
  }
}

/** Sessions decide nothing. */
function copyOf(principal: Principal): Principal {
  const { kind, id } = principal;
  return kind === "person" ? { kind, id, roles: [...principal.roles] } : { kind, id };
}

function isSame(one: Principal, other: Principal): boolean {
  if (one.id !== other.id || one.kind !== other.kind) return false;
  if (one.kind !== "person" || other.kind !== "person") return true;
  const { roles } = one;
  if (roles.length !== other.roles.length) return false;
  for (let at = 0; at < roles.length; at++) if (roles[at] !== other.roles[at]) return false;
  return true;
}
