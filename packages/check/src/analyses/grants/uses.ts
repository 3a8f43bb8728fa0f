/**
 * What the code of a function does with `ctx`: the grant that each call needs, and where that hangs on something that the
 * code leaves open, which grants it could be. INVARIANT: a use that cannot be told is open, never absent.
 */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../code/contract.ts";
import type { Spot } from "../../source/source-text.ts";
import { bundleNeeds, resourceNeeds, typeNeeds, type Certainty, type FhirNeed } from "./fhir-needs.ts";
import { textsOf } from "./texts.ts";

export const GRANT_KINDS = ["fhir", "emits", "secrets", "egress"] as const;
export type GrantKind = (typeof GRANT_KINDS)[number];

/** A call that needs one grant. */
export interface Use {
  readonly kind: GrantKind;
  /** `Patient.search`, an event type, a secret's name, a host. */
  readonly name: string;
  readonly call: ExternalCall;
  readonly certainty: Certainty;
}

/** A place that may need any of several grants. */
export interface OpenUse {
  readonly couldNeed: (kind: GrantKind, name: string) => boolean;
  /** What it depends on. */
  readonly because: string;
  /** As people call it: `ctx.fhir.search`. */
  readonly what: string;
  readonly spot: Spot;
}

export interface Uses {
  readonly uses: readonly Use[];
  readonly open: readonly OpenUse[];
  readonly emitted: readonly ExternalCall[];
  readonly sent: readonly ExternalCall[];
}

const CTX = 1;

/** `read`: the text of a file, where it is there. */
export function usesOf(analysis: CodeAnalysis, read: (file: string) => string | undefined): Uses {
  const uses: Use[] = [];
  const open: OpenUse[] = [];
  const emitted: ExternalCall[] = [];
  const sent: ExternalCall[] = [];
  for (const call of analysis.calls) {
    const path = ctxPath(call.callee);
    if (path === undefined) {
      open.push(...handedOn(call));
      continue;
    }
    const what = `ctx.${path.join(".")}`;
    const because = (reason: string, couldNeed: OpenUse["couldNeed"]): void => {
      open.push({ couldNeed, because: reason, what, spot: call.spot });
    };
    const named = (kind: GrantKind, value: CodeValue | undefined): void => {
      const { known, heads, open: reason } = textsOf(value);
      const certainty = known.length === 1 && heads.length === 0 && reason === undefined ? "sure" : "perhaps";
      for (const text of known) uses.push({ kind, name: text, call, certainty });
      if (heads.length > 0 || reason !== undefined) {
        const isIt = (name: string) =>
          heads.length === 0 || reason !== undefined || heads.some((head) => name.startsWith(head));
        because(reason ?? "a text of which parts are not known", (other, name) => other === kind && isIt(name));
      }
    };
    const [member, method] = path;
    if (member === "emit") {
      emitted.push(call);
      named("emits", call.args[0]);
    } else if (member === "secrets" && method === "get") named("secrets", call.args[0]);
    else if (member === "egress" && method === "fetch") {
      sent.push(call);
      hosts(call, uses, because);
    } else if (member === "fhir") {
      for (const need of fhirNeeds(method ?? "", call)) {
        if (need.name !== undefined) uses.push({ kind: "fhir", name: need.name, call, certainty: need.certainty });
        else because(need.because, (kind, name) => kind === "fhir" && need.couldBe(name));
      }
    } else if (member === "*") because("a member of ctx that is not known", () => true);
  }
  for (const { spot, reason, kind } of analysis.gaps) {
    if (kind === "call" || (kind === "effort" && !mayUseCtx(spot.source.file, analysis, read))) continue;
    open.push({ couldNeed: () => true, because: reason, what: "the code", spot });
  }
  return { uses, open, emitted, sent };
}

/** Whether code that was given up on names a power at all, itself or in what it imports. */
function mayUseCtx(file: string, { imports }: CodeAnalysis, read: (file: string) => string | undefined): boolean {
  const reached = new Set([file]);
  for (const at of reached) {
    if (POWER.test(read(at) ?? "")) return true;
    for (const { kind, target, spot } of imports) if (kind === "own" && spot.source.file === at) reached.add(target);
  }
  return false;
}

const POWER = /\b(fhir|emit|egress|secrets)\b/;

/** Members of `ctx` that a value is; undefined for everything else. */
export function ctxPath(value: CodeValue): readonly string[] | undefined {
  return value.kind === "input" && value.parameter === CTX ? value.path : undefined;
}

function fhirNeeds(method: string, call: ExternalCall): readonly FhirNeed[] {
  const [first] = call.args;
  switch (method) {
    case "transaction":
      return bundleNeeds(first);
    case "create":
    case "update":
      return resourceNeeds(method, first);
    case "read":
    case "vread":
    case "history":
    case "search":
    case "patch":
    case "delete":
      return typeNeeds(method, first);
    case "*":
      return [{ name: undefined, couldBe: () => true, because: "an interaction that is not known" }];
    default:
      return [];
  }
}

function hosts(
  call: ExternalCall,
  uses: Use[],
  because: (reason: string, couldNeed: OpenUse["couldNeed"]) => void,
): void {
  const { known, heads, open } = textsOf(call.args[0]);
  const urls = known.map(hostOf);
  // A URL whose host ends inside of what is known is known far enough.
  const begun = heads.map((head) => (/^https?:\/\/[^/?#]+[/?#]/.test(head) ? hostOf(head) : undefined));
  const certainty = urls.length + begun.length === 1 && open === undefined ? "sure" : "perhaps";
  for (const host of [...urls, ...begun]) {
    if (host !== undefined) uses.push({ kind: "egress", name: host, call, certainty });
  }
  if (open !== undefined || [...urls, ...begun].includes(undefined)) {
    because(open ?? "a URL of which the host is not known", (kind) => kind === "egress");
  }
}

/** As a grant names it: with its port where that is not 443. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  const shown = port === "" ? (protocol === "http:" ? "80" : "443") : port;
  return shown === "443" ? hostname : `${hostname}:${shown}`;
}

/** `ctx`, or a part of it, in the hands of code that is not followed. */
function handedOn(call: ExternalCall): readonly OpenUse[] {
  const given = [...call.args, ...(call.restArgs ? [call.restArgs] : [])];
  const called = [call.callee, ...(call.receiver ? [call.receiver] : [])].flatMap((value) => hiddenPaths(value, 0));
  const parts = [...given.flatMap((arg) => heldPaths(arg, 0)), ...called, ...lookAlike(call.callee)];
  return parts
    .filter(([member]) => member !== "log" && member !== "invocation")
    .map((path) => ({
      couldNeed: (kind, name) => couldCall(path, kind, name),
      because: `what ${call.name || "the called code"} does with it`,
      what: ["ctx", ...path].join("."),
      spot: call.spot,
    }));
}

function heldPaths(value: CodeValue, depth: number): readonly (readonly string[])[] {
  const path = ctxPath(value);
  if (path) return [path];
  if (depth > 4) return [];
  if (value.kind === "object") return [...value.entries.values()].flatMap((one) => heldPaths(one, depth + 1));
  if (value.kind === "list") return value.items.flatMap((one) => heldPaths(one, depth + 1));
  if (value.kind === "choice") return value.options.flatMap((one) => heldPaths(one, depth + 1));
  return [];
}

/** What is called like a member of `ctx` and came back from elsewhere may be one that was handed out in a closure. */
function lookAlike(callee: CodeValue): readonly (readonly string[])[] {
  if (callee.kind !== "result" && callee.kind !== "given" && callee.kind !== "derived") return [];
  const [member = "", method = ""] = callee.path.slice(-2);
  const isPower =
    member === "fhir" || `${member}.${method}` === "secrets.get" || `${member}.${method}` === "egress.fetch";
  return isPower ? [[member, method]] : [];
}

/** `ctx` behind a value that is not known: what is called on it may be a call of `ctx`. */
function hiddenPaths(value: CodeValue, depth: number): readonly (readonly string[])[] {
  if (depth > 4 || (value.kind !== "unknown" && value.kind !== "derived" && value.kind !== "choice")) return [];
  const parts = value.kind === "choice" ? value.options : value.from;
  return parts.flatMap((part) => [...heldPaths(part, depth), ...hiddenPaths(part, depth + 1)]);
}

/** Whether who holds that part of `ctx` can use a grant. */
function couldCall([member, method]: readonly string[], kind: GrantKind, name: string): boolean {
  if (member === undefined || member === "*") return true;
  if ({ emit: "emits", secrets: "secrets", egress: "egress", fhir: "fhir" }[member] !== kind) return false;
  return kind !== "fhir" || method === undefined || method === "transaction" || name.endsWith(`.${method}`);
}
