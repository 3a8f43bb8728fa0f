/** What code puts into things of the outside after they were made: `error.note = note`, `form.append("note", note)`. */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../code/contract.ts";

const FILLS = /^(?:set|append|add|push|put|attach|field|write|update|assign|setHeader|setField|defineProperty)$/;

const known = new WeakMap<CodeAnalysis, ReadonlyMap<ExternalCall, readonly CodeValue[]>>();

/** By the call that made the thing. */
export function laterWrites(analysis: CodeAnalysis): ReadonlyMap<ExternalCall, readonly CodeValue[]> {
  let writes = known.get(analysis);
  if (!writes) known.set(analysis, (writes = findWrites(analysis)));
  return writes;
}

function findWrites({ calls }: CodeAnalysis): ReadonlyMap<ExternalCall, readonly CodeValue[]> {
  const writes = new Map<ExternalCall, CodeValue[]>();
  for (const { kind, callee, name, args } of calls) {
    if (callee.kind !== "instance" && callee.kind !== "result") continue;
    if (kind !== "set" && !(callee.kind === "instance" && FILLS.test(name))) continue;
    writes.set(callee.call, [...(writes.get(callee.call) ?? []), ...args]);
  }
  return writes;
}
