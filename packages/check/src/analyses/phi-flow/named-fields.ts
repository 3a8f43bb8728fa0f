/** Data that nothing marks, but a field of which is called as only PHI is. */
import type { CodeValue } from "../../code/contract.ts";
import { effectOf } from "./call-effects.ts";
import { isHarmlessField, isPhiField } from "./field-names.ts";
import { showValueOf } from "./show-code.ts";
import { tellsNothing } from "./plain-operations.ts";
import type { Taint } from "./taint.ts";

export function namedField(value: CodeValue, fields: ReadonlySet<string>): Taint | undefined {
  if (value.kind !== "input" && value.kind !== "derived" && value.kind !== "result" && value.kind !== "given")
    return undefined;
  const field = value.path.findLast((key) => isPhiField(key, fields));
  const last = value.path.at(-1) ?? "";
  if (field === undefined || (last !== field && isHarmlessField(last)) || !isData(value, 0)) return undefined;
  const what = showValueOf(value);
  const isDeclared = fields.has(field);
  const text = isDeclared
    ? `${what} is a field that compliance/phi.yaml calls PHI`
    : `${what} holds PHI by the name of its field`;
  return { certainty: isDeclared ? "marked" : "named", what, field, way: [{ spot: value.spot, text }] };
}

/** Data of somebody: what a function is given or asked for, as against its own settings. */
function isData(value: CodeValue, depth: number): boolean {
  if (depth > 6) return false;
  switch (value.kind) {
    case "input":
      return value.parameter === 0;
    case "derived":
    case "unknown":
      if (value.kind === "derived" && (tellsNothing(value.how) || value.how === "caught")) return false;
      return value.from.some((one) => isData(one, depth + 1));
    case "choice":
      return value.options.some((one) => isData(one, depth + 1));
    case "text":
      return value.parts.some((part) => typeof part !== "string" && isData(part, depth + 1));
    case "result":
    case "given": {
      const effect = effectOf(value.call);
      if (effect === "removes") return false;
      if (effect === "answers") return !/secret|parameter|config/i.test(value.call.name);
      return [value.call.receiver, ...value.call.args].some((one) => one !== undefined && isData(one, depth + 1));
    }
    default:
      return false;
  }
}
