/** Values in a few words of code, for the steps of a way: names of variables and fields, never a literal. */
import { ANY, type CodeValue, type ExternalCall } from "../../code/contract.ts";
import { lineageOf } from "./lineage.ts";

const SHOWN_MAX = 60;
/** A key that is none of these may be a value: a name, a number. */
const IDENTIFIER = /^[A-Za-z_$][\w$]{0,40}$/;
const PARAMETERS = ["event", "context", "callback"];

export function showValueOf(value: CodeValue): string {
  return shorten(show(value, 0));
}

/** `logger.info`, `s3.send`, `axios.post`: as one would write the call. */
export function showCallee(call: ExternalCall): string {
  const lineage = lineageOf(call.callee);
  const name = call.name === "" ? "a function" : call.name;
  const isBare = lineage === undefined || lineage.members.length <= 1;
  const owner = ownerOf(call);
  const shown = owner === undefined || (isBare && lineage?.module === "(global)") ? name : `${owner}.${name}`;
  return shorten(shown.replace(/^(\w+)\.\1$/, "$1"));
}

function ownerOf(call: ExternalCall): string | undefined {
  const lineage = lineageOf(call.callee);
  if (!lineage) return undefined;
  if (lineage.module === "(global)" || lineage.module.startsWith("node:")) {
    return lineage.members.length > 1 ? lineage.members.slice(0, -1).join(".") : lineage.module.replace("node:", "");
  }
  return lineage.members.length > 1 || call.receiver ? (lineage.module.split("/").at(-1) ?? lineage.module) : undefined;
}

function show(value: CodeValue, depth: number): string {
  if (depth > 3) return "…";
  switch (value.kind) {
    case "input":
      return (PARAMETERS[value.parameter] ?? "this") + members(value.path);
    case "derived":
      return value.path.length > 0 && value.from[0] && /parse|spread|pattern|^\./i.test(value.how)
        ? `${callLike(value.how, value.from[0], depth)}${members(value.path)}`
        : value.from[0]
          ? callLike(value.how, value.from[0], depth) + members(value.path)
          : value.how;
    case "result":
    case "given":
      return `${showCallee(value.call)}()${members(value.path)}`;
    case "instance":
      return `new ${lineageOf(value.of)?.members.at(-1) ?? "object"}()${members(value.path)}`;
    case "text":
      return "a text";
    case "object":
      return `{ ${[...value.entries.keys()]
        .filter((key) => IDENTIFIER.test(key))
        .slice(0, 4)
        .join(", ")} }`;
    case "list":
      return "a list";
    case "choice":
      return value.options[0] ? show(value.options[0], depth + 1) : "a value";
    case "unknown":
      return value.from[0] ? show(value.from[0], depth + 1) : "a value";
    case "environment":
      return `process.env.${value.name}`;
    default:
      return "a value";
  }
}

function callLike(how: string, from: CodeValue, depth: number): string {
  const inner = show(from, depth + 1);
  if (how.startsWith(".")) return `${inner}${how}()`;
  return /^[\w.]+$/.test(how) && !/^(?:caught|spread|pattern)$/.test(how) ? `${how}(${inner})` : inner;
}

function members(path: readonly string[]): string {
  return path
    .map((key) => (key === ANY || /^\d+$/.test(key) ? "[]" : IDENTIFIER.test(key) ? `.${key}` : "[…]"))
    .join("");
}

function shorten(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 1)}…`;
}
