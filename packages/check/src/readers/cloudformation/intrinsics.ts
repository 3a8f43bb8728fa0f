/**
 * The intrinsic functions of CloudFormation, each from evaluated arguments to a value. What an argument leaves unknown
 * stays unknown in the result, with its reason; nothing is guessed. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { toPlain } from "../../graph/plain-value.ts";
import type { Spot } from "../../source/source-text.ts";
import {
  absent,
  eachOption,
  joinText,
  list,
  reference,
  scalar,
  unknownValue,
  type ListValue,
  type Value,
} from "../../graph/value.ts";
import { splitCidr } from "./cidr.ts";

/** A function whose arguments are evaluated before it. */
type Intrinsic = (argument: Value, spot: Spot) => Value;

export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  "Fn::Join": (argument, spot) =>
    withList(argument, spot, ([delimiter, items]) => {
      if (!delimiter || !items) return malformed("Fn::Join", spot);
      return eachOption(items, (joined) => joinList(delimiter, joined, spot));
    }),
  "Fn::Select": (argument, spot) =>
    withList(argument, spot, ([index, items]) => {
      if (!index || !items) return malformed("Fn::Select", spot);
      return eachOption(index, (which) => eachOption(items, (from) => selectItem(which, from, spot)));
    }),
  "Fn::Split": (argument, spot) =>
    withList(argument, spot, ([delimiter, text]) => {
      const by = delimiter?.kind === "scalar" ? String(delimiter.value) : undefined;
      if (by === undefined || by === "" || !text) return malformed("Fn::Split", spot);
      return eachOption(text, (one) => splitText(by, one, spot));
    }),
  "Fn::Cidr": (argument, spot) => withList(argument, spot, (parts) => cidrBlocks(parts, spot)),
  "Fn::Base64": (argument) => argument,
  "Fn::ToJsonString": (argument, spot) => jsonText(argument, spot),
  "Fn::Length": (argument, spot) =>
    eachOption(argument, (one) =>
      one.kind === "list" && one.open === undefined
        ? scalar(one.items.length, spot)
        : unknownValue("the length of a list that is not known", spot),
    ),
  "Fn::GetAZs": (_, spot) =>
    list(
      [0, 1, 2].map((index) => availabilityZone(index, spot)),
      spot,
    ),
  "Fn::ImportValue": (argument, spot) =>
    unknownValue(
      `the export ${argument.kind === "scalar" ? String(argument.value) : "of a name that is not known"} of another stack`,
      spot,
    ),
};

function withList(argument: Value, spot: Spot, use: (items: readonly Value[]) => Value): Value {
  return eachOption(argument, (one) => {
    if (one.kind === "list") return use(one.items);
    return one.kind === "unknown" ? one : malformed("the intrinsic function", spot);
  });
}

function malformed(name: string, spot: Spot): Value {
  return unknownValue(`${name}, whose arguments are not of the expected form`, spot);
}

function joinList(delimiter: Value, items: Value, spot: Spot): Value {
  if (items.kind === "unknown" || items.kind === "reference") {
    return unknownValue(items.kind === "unknown" ? items.reason : `what ${items.resource} holds`, spot);
  }
  if (items.kind !== "list") return joinText([items], spot);
  if (items.open !== undefined) return unknownValue(items.open, spot);
  const parts = items.items
    .filter(({ kind }) => kind !== "absent")
    .flatMap((item, index) => (index === 0 ? [item] : [delimiter, item]));
  return joinText(parts, spot);
}

function selectItem(index: Value, items: Value, spot: Spot): Value {
  if (index.kind !== "scalar") return unknownValue("an index that is not known", spot);
  if (items.kind === "unknown") return unknownValue(items.reason, spot);
  if (items.kind !== "list") return unknownValue("a list that is not known", spot);
  const chosen = items.items[Number(index.value)];
  return chosen ? { ...chosen, spot } : items.open === undefined ? absent(spot) : unknownValue(items.open, spot);
}

function splitText(delimiter: string, text: Value, spot: Spot): Value {
  if (text.kind === "scalar")
    return list(
      String(text.value)
        .split(delimiter)
        .map((part) => scalar(part, spot)),
      spot,
    );
  if (text.kind !== "text")
    return unknownValue(text.kind === "unknown" ? text.reason : "a text that is not known", spot);
  // The unknown parts may hold the delimiter, so pieces from the first of them on are as unknown as they are.
  const [head] = text.parts;
  const certain = typeof head === "string" ? head.split(delimiter).slice(0, -1) : [];
  const known: ListValue["items"] = certain.map((part) => scalar(part, spot));
  return list(known, spot, "a text of which only parts are known");
}

function cidrBlocks([block, count, bits]: readonly Value[], spot: Spot): Value {
  const base = block?.kind === "scalar" ? String(block.value) : undefined;
  const number = (value: Value | undefined) => (value?.kind === "scalar" ? Number(value.value) : Number.NaN);
  const blocks = base === undefined ? undefined : splitCidr(base, number(count), bits ? number(bits) : undefined);
  return blocks
    ? list(
        blocks.map((one) => scalar(one, spot)),
        spot,
      )
    : unknownValue("address blocks that are not known", spot);
}

function jsonText(argument: Value, spot: Spot): Value {
  return eachOption(argument, (one) =>
    one.kind === "unknown" ? one : hasUnknown(one) ? one : scalar(JSON.stringify(toPlain(one)), spot),
  );
}

/** A structure with unknown parts stays a structure: what reads JSON text reads that as well. */
function hasUnknown(value: Value): boolean {
  if (value.kind === "list") return value.open !== undefined || value.items.some(hasUnknown);
  if (value.kind === "map") return value.open !== undefined || [...value.entries.values()].some(hasUnknown);
  return value.kind !== "scalar" && value.kind !== "absent";
}

function availabilityZone(index: number, spot: Spot): Value {
  return reference(`AvailabilityZone${index}`, "", spot);
}
