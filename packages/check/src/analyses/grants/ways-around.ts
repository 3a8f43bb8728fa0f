/**
 * What a function's code uses to reach out beside `ctx`. An isolate has the Web's globals for computing and
 * `node:async_hooks`; sockets, files, processes and the environment it has not.
 */
import { GLOBAL, type CodeAnalysis } from "../../code/contract.ts";
import type { Spot } from "../../source/source-text.ts";

export interface WayAround {
  /** As its author calls it: `fetch`, `node:fs`, `process.env.KEY`. */
  readonly what: string;
  readonly spot: Spot;
}

const NETWORK: ReadonlySet<string> = new Set(["fetch", "WebSocket", "EventSource", "XMLHttpRequest"]);
const OFFERED: ReadonlySet<string> = new Set(["node:async_hooks", "cloudflare:workers"]);

export function waysAround({ calls, environment, imports }: CodeAnalysis): readonly WayAround[] {
  const called = calls.flatMap(({ callee, spot }): readonly WayAround[] => {
    if (callee.kind !== "external" || callee.module !== GLOBAL) return [];
    const name = callee.path.filter((part) => part !== "globalThis").join(".");
    return NETWORK.has(name) ? [{ what: name, spot }] : [];
  });
  const imported = imports
    .filter(({ kind, target }) => kind === "builtin" && !OFFERED.has(target))
    .map(({ target, spot }) => ({ what: target, spot }));
  const read = environment
    .filter(({ isReached }) => isReached)
    .map(({ name, spot }) => ({ what: name === undefined ? "process.env" : `process.env.${name.slice(0, 60)}`, spot }));
  return [...called, ...imported, ...read];
}
