/** Terraform's functions over known values. What is not here, or gets an unknown argument, is unknown with its reason. */
import { fromPlain } from "../../graph/plain-value.ts";
import { eachOption, joinText, list, map, scalar, unknownValue, type Value } from "../../graph/value.ts";
import type { Spot } from "../../source/source-text.ts";
import { splitCidr } from "../cloudformation/cidr.ts";
import { ownEntry } from "../../source/own-entry.ts";

type Fn = (args: readonly Value[], spot: Spot) => Value | undefined;

const ITEMS_MAX = 2_000;

/** Undefined where the function is not known. */
export function callFunction(name: string, args: readonly Value[], spot: Spot): Value {
  const fn = ownEntry(FUNCTIONS, name);
  if (!fn) return unknownValue(`the function ${name.slice(0, 40)}, which is not evaluated here`, spot);
  const [first, ...rest] = args;
  // Most are given one thing that may be open, and it is the first.
  if (first?.kind === "choice") return eachOption(first, (option) => callFunction(name, [option, ...rest], spot));
  const result = fn(args, spot);
  if (result) return { ...result, spot };
  const open = args.find(({ kind }) => kind === "unknown");
  return unknownValue(
    open?.kind === "unknown" ? open.reason : `the function ${name} of values that are not known`,
    spot,
  );
}

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  // The structure itself, with its places: what takes JSON text takes that as well.
  jsonencode: ([value]) => value,
  jsondecode: ([value], spot) => {
    if (value?.kind === "map" || value?.kind === "list") return value;
    const text = textOf(value);
    try {
      return text === undefined ? undefined : fromPlain(JSON.parse(text), spot);
    } catch {
      return undefined;
    }
  },
  yamlencode: ([value]) => value,
  merge: (args, spot) => {
    const entries = new Map<string, Value>();
    let open: string | undefined;
    for (const one of args) {
      if (one.kind === "map") {
        for (const [key, value] of one.entries) entries.set(key, value);
        open ??= one.open;
      } else if (one.kind !== "absent" && !isNull(one)) open ??= reasonOf(one);
    }
    return map(entries, spot, open);
  },
  concat: (args, spot) => joined(args, spot),
  flatten: ([value], spot) => (value?.kind === "list" ? list(flat(value.items), spot, value.open) : undefined),
  compact: ([value], spot) =>
    value?.kind === "list"
      ? list(
          value.items.filter((item) => !isNull(item) && textOf(item) !== ""),
          spot,
          value.open,
        )
      : undefined,
  distinct: ([value], spot) => (value?.kind === "list" ? list(unique(value.items), spot, value.open) : undefined),
  toset: ([value], spot) => (value?.kind === "list" ? list(unique(value.items), spot, value.open) : value),
  tolist: ([value]) => value,
  tomap: ([value]) => value,
  tostring: ([value], spot) => withText(value, (text) => scalar(text, spot)) ?? value,
  tonumber: ([value], spot) => withText(value, (text) => scalar(Number(text), spot)),
  tobool: ([value], spot) => withText(value, (text) => scalar(text === "true", spot)),
  nonsensitive: ([value]) => value,
  sensitive: ([value]) => value,
  try: (args) => args.find((one) => one.kind !== "absent"),
  coalesce: (args) => args.find((one) => one.kind !== "absent" && !isNull(one) && textOf(one) !== ""),
  coalescelist: (args) => args.find((one) => one.kind !== "list" || one.items.length > 0),
  one: ([value]) => (value?.kind === "list" ? value.items[0] : value),
  lookup: ([of, key, otherwise]) => {
    const name = textOf(key);
    if (of?.kind !== "map" || name === undefined) return undefined;
    return of.entries.get(name) ?? (of.open === undefined ? otherwise : undefined);
  },
  element: ([of, index]) => {
    const at = Number(textOf(index));
    return of?.kind === "list" && of.items.length > 0 && Number.isInteger(at)
      ? of.items[at % of.items.length]
      : undefined;
  },
  contains: ([of, wanted], spot) => {
    const text = textOf(wanted);
    if (of?.kind !== "list" || of.open !== undefined || text === undefined || !of.items.every(isWhole))
      return undefined;
    return scalar(
      of.items.some((item) => textOf(item) === text),
      spot,
    );
  },
  keys: ([of], spot) =>
    of?.kind === "map"
      ? list(
          [...of.entries.keys()].toSorted().map((key) => scalar(key, spot)),
          spot,
          of.open,
        )
      : undefined,
  values: ([of], spot) =>
    of?.kind === "map"
      ? list(
          [...of.entries].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value),
          spot,
          of.open,
        )
      : undefined,
  length: ([of], spot) => {
    if (of?.kind === "list" && of.open === undefined) return scalar(of.items.length, spot);
    if (of?.kind === "map" && of.open === undefined) return scalar(of.entries.size, spot);
    return withText(of, (text) => scalar(text.length, spot));
  },
  zipmap: ([keys, values], spot) => {
    if (keys?.kind !== "list" || values?.kind !== "list") return undefined;
    return map(
      keys.items.map((key, index) => [textOf(key) ?? "", values.items[index] ?? scalar(null, spot)] as const),
      spot,
    );
  },
  range: (args, spot) => {
    const numbers = args.map((one) => Number(textOf(one)));
    if (numbers.some((one) => !Number.isFinite(one))) return undefined;
    const [from, to, step] =
      numbers.length === 1 ? [0, numbers[0] ?? 0, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
    const count = Math.max(0, Math.ceil((to - from) / step));
    return count > ITEMS_MAX
      ? undefined
      : list(
          Array.from({ length: count }, (_, index) => scalar(from + index * step, spot)),
          spot,
        );
  },
  join: ([separator, ...lists], spot) => {
    const all = joined(lists, spot);
    if (all.open !== undefined || !separator) return undefined;
    return joinText(
      all.items.flatMap((item, index) => (index === 0 ? [item] : [separator, item])),
      spot,
    );
  },
  split: ([separator, of], spot) => {
    const by = textOf(separator);
    return by === undefined
      ? undefined
      : withText(of, (text) =>
          list(
            text.split(by).map((part) => scalar(part, spot)),
            spot,
          ),
        );
  },
  format: ([pattern, ...values], spot) => {
    const text = textOf(pattern);
    if (text === undefined) return undefined;
    let next = 0;
    const parts = text.split(/(%%|%[-+ 0#]*\d*(?:\.\d+)?[a-z])/).map((piece): Value => {
      if (piece === "%%") return scalar("%", spot);
      return /^%./.test(piece) ? (values[next++] ?? scalar("", spot)) : scalar(piece, spot);
    });
    return joinText(parts, spot);
  },
  formatlist: ([pattern, of], spot) =>
    of?.kind === "list"
      ? list(
          of.items.map((item) => callFunction("format", [pattern ?? item, item], spot)),
          spot,
          of.open,
        )
      : undefined,
  lower: ([of], spot) => withText(of, (text) => scalar(text.toLowerCase(), spot)),
  upper: ([of], spot) => withText(of, (text) => scalar(text.toUpperCase(), spot)),
  title: ([of], spot) =>
    withText(of, (text) =>
      scalar(
        text.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()),
        spot,
      ),
    ),
  trimspace: ([of], spot) => withText(of, (text) => scalar(text.trim(), spot)),
  chomp: ([of], spot) => withText(of, (text) => scalar(text.replace(/\n+$/, ""), spot)),
  trimprefix: ([of, prefix], spot) =>
    withText(of, (text) =>
      scalar(text.startsWith(textOf(prefix) ?? "") ? text.slice((textOf(prefix) ?? "").length) : text, spot),
    ),
  trimsuffix: ([of, suffix], spot) =>
    withText(of, (text) =>
      scalar(
        textOf(suffix) && text.endsWith(textOf(suffix) ?? "") ? text.slice(0, -(textOf(suffix) ?? "").length) : text,
        spot,
      ),
    ),
  replace: ([of, from, to], spot) => {
    const [wanted, put] = [textOf(from), textOf(to)];
    if (wanted === undefined || put === undefined || /^\/.*\/$/.test(wanted)) return undefined;
    return withText(of, (text) =>
      scalar(
        text.replaceAll(wanted, () => put),
        spot,
      ),
    );
  },
  substr: ([of, from, length], spot) =>
    withText(of, (text) => {
      const [start, count] = [Number(textOf(from)), Number(textOf(length))];
      return scalar(count === -1 ? text.slice(start) : text.slice(start, start + count), spot);
    }),
  max: (args, spot) => numeric(args, spot, (numbers) => Math.max(...numbers)),
  min: (args, spot) => numeric(args, spot, (numbers) => Math.min(...numbers)),
  ceil: (args, spot) => numeric(args, spot, ([one = 0]) => Math.ceil(one)),
  floor: (args, spot) => numeric(args, spot, ([one = 0]) => Math.floor(one)),
  abs: (args, spot) => numeric(args, spot, ([one = 0]) => Math.abs(one)),
  cidrsubnet: ([block, bits, index], spot) => {
    const [base, prefix] = (textOf(block) ?? "").split("/");
    const hostBits = 32 - Number(prefix) - Number(textOf(bits));
    const blocks = base === undefined ? undefined : splitCidr(textOf(block) ?? "", Number(textOf(index)) + 1, hostBits);
    const last = blocks?.at(-1);
    return last === undefined ? undefined : scalar(last, spot);
  },
  base64encode: ([value]) => value,
  file: () => undefined,
  templatefile: () => undefined,
};

function joined(lists: readonly Value[], spot: Spot) {
  const open = lists.find(({ kind }) => kind !== "list" && kind !== "absent");
  const items = lists.flatMap((one) => (one.kind === "list" ? one.items : []));
  const inner = lists.find((one) => one.kind === "list" && one.open !== undefined);
  return list(items, spot, open ? reasonOf(open) : inner?.kind === "list" ? inner.open : undefined);
}

function flat(items: readonly Value[]): readonly Value[] {
  return items.flatMap((item) => (item.kind === "list" ? flat(item.items) : [item]));
}

function unique(items: readonly Value[]): readonly Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = textOf(item);
    if (text === undefined) return true;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function numeric(
  args: readonly Value[],
  spot: Spot,
  compute: (numbers: readonly number[]) => number,
): Value | undefined {
  const numbers = args.map((one) => Number(textOf(one) ?? Number.NaN));
  return numbers.every(Number.isFinite) ? scalar(compute(numbers), spot) : undefined;
}

function withText(value: Value | undefined, use: (text: string) => Value): Value | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : use(text);
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
}

function isNull(value: Value): boolean {
  return value.kind === "scalar" && value.value === null;
}

function reasonOf(value: Value): string {
  return value.kind === "unknown" || value.kind === "choice" ? value.reason : "a value that is not known";
}

function isWhole(value: Value): boolean {
  if (value.kind === "list") return value.open === undefined && value.items.every(isWhole);
  if (value.kind === "map") return value.open === undefined && [...value.entries.values()].every(isWhole);
  return value.kind === "scalar";
}
