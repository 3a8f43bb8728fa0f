/**
 * `ctx.log`, host side. A log line has no free text: an event label, and numbers and booleans by name. Labels must
 * stand literally in the function's own code, so that a value from a record can't be passed off as one.
 */
import { WardError } from "@ward/core";
import { readMembers } from "./call-members.ts";
import type { FunctionLogLine, FunctionRelease } from "./contract.ts";
import type { Binding } from "./outbound.ts";

const LABEL = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const FIELDS_MAX = 32;

export function createLogBinding(write: (line: FunctionLogLine) => void): Binding {
  return {
    bodyMaxBytes: 8_192,
    call(invocation, body) {
      const { event, fields = {} } = readMembers(body, { event: "string", fields: "object?" });
      const { bundle, digest, manifest } = invocation.release;
      const entries = Object.entries(fields);
      const known = labelsOf(invocation.release);
      const isLabel = (label: string): boolean => {
        if (known.has(label)) return true;
        if (!LABEL.test(label) || !bundle.includes(label)) return false;
        known.add(label);
        return true;
      };
      if (!isLabel(event)) throw new WardError("invalid-request", { member: "event" });
      if (entries.length > FIELDS_MAX || !entries.every(([name, value]) => isLabel(name) && isPlain(value))) {
        throw new WardError("invalid-request", { member: "fields" });
      }
      const { traceId } = invocation.caller;
      const plain = Object.fromEntries(entries) as Record<string, number | boolean>;
      write({ function: manifest.name, release: digest, traceId, event, fields: plain });
      return Promise.resolve({});
    },
  };
}

/** Labels that were found in a release's code: as many as it has words, and looked for once. */
const found = new WeakMap<FunctionRelease, Set<string>>();

function labelsOf(release: FunctionRelease): Set<string> {
  const labels = found.get(release) ?? new Set();
  found.set(release, labels);
  return labels;
}

function isPlain(value: unknown): boolean {
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}
