/** Parameters: given, by default, or open. An open one with allowed values is one of them; any other is unknown. */
import { choice, list, scalar, unknownValue, type Value } from "../../graph/value.ts";
import { rawAt, rawEntry, rawText, type RawNode } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";

export function parameterValues(
  source: SourceText,
  section: RawNode | undefined,
  given: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  if (section?.kind !== "map") return values;
  for (const { key, keyOffset, node } of section.entries) {
    const spot = { source, offset: keyOffset };
    const type = rawText(rawAt(node, "Type")) ?? "String";
    const set = given.get(key);
    const value = set === undefined ? openValue(key, type, node, source) : typed(set, type);
    values.set(key, { ...value, spot, parameter: key });
  }
  return values;
}

function openValue(name: string, type: string, node: RawNode, source: SourceText): Value {
  const byDefault = rawEntry(node, "Default");
  const spot = { source, offset: byDefault?.keyOffset ?? node.offset };
  const text = rawText(byDefault?.node);
  if (type.startsWith("AWS::SSM::Parameter::")) {
    return unknownValue(`the SSM parameter ${text ?? `that ${name} names`}, read at deployment`, spot);
  }
  if (byDefault?.node.kind === "scalar") return typed(scalar(byDefault.node.value ?? "", spot), type);
  const reason = `parameter ${name}, which has no default`;
  const allowed = rawAt(node, "AllowedValues");
  if (allowed?.kind !== "list" || allowed.items.length === 0) return unknownValue(reason, spot);
  const options = allowed.items.filter((item) => item.kind === "scalar").map((item) => scalar(item.value ?? "", spot));
  return choice(
    reason,
    options.map((option) => typed(option, type)),
    spot,
  );
}

/** `CommaDelimitedList` and `List<…>` are lists of what stands between commas. */
function typed(value: Value, type: string): Value {
  if (value.kind !== "scalar" || !(type === "CommaDelimitedList" || type.startsWith("List<"))) return value;
  const parts = String(value.value)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return list(
    parts.map((part) => scalar(part, value.spot)),
    value.spot,
  );
}
