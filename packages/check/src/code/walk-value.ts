/** Reading values of the contract: each part once, whatever the value contains. */
import { shorten } from "../graph/show-value.ts";
import { ANY, GLOBAL, type CodeValue } from "./contract.ts";

/** The value's options; a value that is no choice is its only one. */
export function optionsOf(value: CodeValue): readonly CodeValue[] {
  return value.kind === "choice" ? value.options : [value];
}

/** A member, as code would read it: of each option, through what an object has under keys that are not known. */
export function memberOf(value: CodeValue | undefined, key: string): CodeValue | undefined {
  if (!value) return undefined;
  switch (value.kind) {
    case "choice": {
      const found = value.options.map((option) => memberOf(option, key)).filter((one) => one !== undefined);
      const options = found.flatMap(optionsOf);
      const [only] = options;
      return options.length < 2 ? only : { kind: "choice", options, spot: value.spot };
    }
    case "object":
      return value.entries.get(key) ?? openMember(value.rest, key) ?? memberOf(value.base, key);
    case "list":
      return (/^\d+$/.test(key) ? value.items[Number(key)] : undefined) ?? value.rest;
    case "external":
    case "instance":
    case "result":
    case "given":
    case "input":
    case "derived":
      return { ...value, path: [...value.path, key] };
    case "unknown":
      return value;
    default:
      return undefined;
  }
}

/** What was spread into an object has its members under their own names. */
function openMember(rest: CodeValue | undefined, key: string): CodeValue | undefined {
  if (!rest) return undefined;
  const options = optionsOf(rest).map((one): CodeValue => {
    return "path" in one && one.path.at(-1) === ANY ? { ...one, path: [...one.path.slice(0, -1), key] } : one;
  });
  const [only] = options;
  return options.length === 1 ? only : { kind: "choice", options, spot: rest.spot };
}

/** The values that a value is directly made of. Calls that it is the result of are among `callsIn`, not here. */
export function partsOf(value: CodeValue): readonly CodeValue[] {
  switch (value.kind) {
    case "text":
      return value.parts.filter((part) => typeof part !== "string");
    case "environment":
      return value.fallback ? [value.fallback] : [];
    case "object":
      return [...value.entries.values(), ...(value.rest ? [value.rest] : []), ...(value.base ? [value.base] : [])];
    case "list":
      return value.rest ? [...value.items, value.rest] : value.items;
    case "choice":
      return value.options;
    case "derived":
    case "unknown":
      return value.from;
    case "instance":
      return [value.of, ...value.args];
    default:
      return [];
  }
}

/** The value and all that it is made of, each once, outermost first. `enter` false keeps out what a value is made of. */
export function* walkValue(value: CodeValue, enter: (at: CodeValue) => boolean = () => true): Generator<CodeValue> {
  const seen = new Set<CodeValue>([value]);
  for (const at of seen) {
    yield at;
    if (enter(at)) for (const part of partsOf(at)) seen.add(part);
  }
}

const SHOWN_MAX = 80;

/** The value in a few words, for people. What may be a secret is never shown: a literal's text is, so ask before. */
export function showCodeValue(value: CodeValue, depth = 0): string {
  if (depth > 4) return "…";
  const inner = (one: CodeValue): string => showCodeValue(one, depth + 1);
  const short = (text: string): string => shorten(text, SHOWN_MAX);
  const path = (steps: readonly string[]): string => steps.map((step) => (step === ANY ? "[]" : `.${step}`)).join("");
  switch (value.kind) {
    case "literal":
      return short(typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value));
    case "text":
      return short(
        `\`${value.parts.map((part) => (typeof part === "string" ? part : `\${${inner(part)}}`)).join("")}\``,
      );
    case "environment":
      return `process.env.${value.name}`;
    case "external":
      return value.module === GLOBAL ? value.path.join(".") : [lastOf(value.module), ...value.path].join(".");
    case "instance":
      return `new ${inner(value.of)}(…)${path(value.path)}`;
    case "result":
      return `${inner(value.call.callee)}(…)${path(value.path)}`;
    case "given":
      return `what ${inner(value.call.callee)} gives${path(value.path)}`;
    case "input":
      return `${["event", "context", "callback"][value.parameter] ?? "this"}${path(value.path)}`;
    case "object":
      return short(`{ ${[...value.entries.keys()].join(", ")} }`);
    case "list":
      return short(
        `[${value.items.slice(0, 4).map(inner).join(", ")}${value.items.length > 4 || value.rest ? ", …" : ""}]`,
      );
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`;
    case "class":
      return `the class ${value.name}`;
    case "choice":
      return short(value.options.slice(0, 4).map(inner).join(" or "));
    case "derived":
      return short(`${value.how} of ${value.from.slice(0, 2).map(inner).join(", ")}${path(value.path)}`);
    case "unknown":
      return "something that is not known";
  }
}

function lastOf(module: string): string {
  return module.slice(module.lastIndexOf("/") + 1);
}
