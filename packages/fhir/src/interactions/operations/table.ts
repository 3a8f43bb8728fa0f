/** What Ward answers behind a `$`. One line adds an operation; the CapabilityStatement is made from this table too. */
import { WardError } from "@ward/core";
import type { Operation } from "./contract.ts";
import { EVERYTHING } from "./everything.ts";
import { LAST_N } from "./last-n.ts";
import { VALIDATE } from "./validate.ts";

export const OPERATIONS: readonly Operation[] = [EVERYTHING, LAST_N, VALIDATE];

export interface OperationPlace {
  readonly type?: string;
  readonly id?: string;
}

/** Throws `not-found` for an operation that is none of ours, or is none at this place. */
export function findOperation(name: string, { type, id }: OperationPlace): Operation {
  const operation = OPERATIONS.find((each) => each.name === name);
  if (operation === undefined) throw new WardError("not-found", { reason: "operation", ...named(name) });
  if (!isOn(operation, type, id)) throw new WardError("not-found", { reason: "operation-level", ...named(name) });
  return operation;
}

function isOn({ onSystem, onTypes, onInstances }: Operation, type?: string, id?: string): boolean {
  if (type === undefined) return onSystem === true;
  const types = id === undefined ? onTypes : onInstances;
  return types === "*" || (types ?? []).includes(type);
}

/** An operation's name is safe to repeat where it looks like one. */
function named(name: string): { readonly operation?: string } {
  return /^[a-z][a-z-]{1,40}$/.test(name) ? { operation: name } : {};
}
