/**
 * Values of code as values of the graph: what a definition says without running it. INVARIANT: what the code leaves open is
 * unknown with its reason, as everywhere in the graph; nothing is left out in silence but functions, which are no data.
 */
import { choice, joinText, list, map, scalar, absent, unknownValue, type Value } from "../../graph/value.ts";
import type { CodeValue, ExternalCall } from "../../code/contract.ts";

/** The package whose calls make definitions and triggers. */
const SDK = "@ward/sdk";

/** Deeper than any definition; bounds the recursion over values that contain themselves. */
const DEPTH_MAX = 40;

export function codeToValue(value: CodeValue, depth = 0): Value {
  const { spot } = value;
  if (depth > DEPTH_MAX) return unknownValue("a value that is nested too deeply", spot);
  const inside = (child: CodeValue): Value => codeToValue(child, depth + 1);
  switch (value.kind) {
    case "literal":
      if (value.value === undefined) return absent(spot);
      return scalar(typeof value.value === "bigint" ? String(value.value) : value.value, spot);
    case "text":
      return joinText(
        value.parts.map((part) => (typeof part === "string" ? scalar(part, spot) : inside(part))),
        spot,
      );
    case "object":
      if (value.isCycle) return unknownValue("a value that contains itself", spot);
      return map(
        [...value.entries].filter(([, child]) => isData(child)).map(([key, child]) => [key, inside(child)] as const),
        spot,
        value.rest && openBecause(value.rest, "what is spread into it"),
      );
    case "list":
      if (value.isCycle) return unknownValue("a value that contains itself", spot);
      return list(value.items.map(inside), spot, value.rest && openBecause(value.rest, "what is spread into it"));
    case "choice":
      return choice("which branch of the code runs", value.options.map(inside), spot);
    case "result":
      return (value.path.length === 0 ? trigger(value.call, inside) : undefined) ?? unknownCode(value);
    default:
      return unknownCode(value);
  }
}

/** What `defineFunction` or `defineConfig` was given, or the data itself where it is exported without them. */
export function definitionOf(value: CodeValue, definer: "defineFunction" | "defineConfig"): CodeValue | undefined {
  if (value.kind === "object") return value;
  if (value.kind !== "result" || value.path.length > 0) return undefined;
  return isOfSdk(value.call, [definer]) ? value.call.args[0] : undefined;
}

/** In words that go after "depends on". */
export function reasonOf(value: CodeValue): string {
  switch (value.kind) {
    case "unknown":
      return `a value that is not known, because ${value.reason}`;
    case "environment":
      return `the environment variable ${value.name}`;
    case "result":
      return `what ${value.call.name || "a call"} answers`;
    case "external":
    case "instance":
      return "what another package holds";
    default:
      return "a value that the code makes while it runs";
  }
}

/** The trigger that a call of `on.*` makes, as `triggers.ts` of the SDK does. */
function trigger(call: ExternalCall, convert: (value: CodeValue) => Value): Value | undefined {
  const { spot } = call;
  const kind = scalar(call.name, spot);
  const argument = (index: number): Value => {
    const given = call.args[index];
    return given ? convert(given) : absent(spot);
  };
  if (isOfSdk(call, ["on", "http"])) {
    const options = argument(2);
    const more = options.kind === "map" ? options.entries : new Map<string, Value>();
    const open = options.kind === "map" ? options.open : options.kind === "absent" ? undefined : "its options";
    const roles = more.get("roles") ?? (open === undefined ? list([], spot) : unknownValue(open, options.spot));
    const body = more.get("body");
    return map(
      [
        ["kind", kind],
        ["method", argument(0)],
        ["route", argument(1)],
        ["roles", roles],
        ...(body ? [["body", body] as const] : []),
      ],
      spot,
      open,
    );
  }
  const member = { hl7: "message", event: "type", schedule: "cron" }[call.name];
  if (member === undefined || !isOfSdk(call, ["on", call.name])) return undefined;
  return map(
    [
      ["kind", kind],
      [member, argument(0)],
    ],
    spot,
  );
}

function isOfSdk({ callee }: ExternalCall, path: readonly string[]): boolean {
  return callee.kind === "external" && callee.module === SDK && callee.path.join(".") === path.join(".");
}

function isData(value: CodeValue): boolean {
  return value.kind !== "function" && value.kind !== "class";
}

function unknownCode(value: CodeValue): Value {
  return unknownValue(reasonOf(value), value.spot, value.kind !== "unknown");
}

function openBecause(rest: CodeValue, what: string): string {
  return rest.kind === "unknown" ? `${what}, ${rest.reason}` : what;
}
