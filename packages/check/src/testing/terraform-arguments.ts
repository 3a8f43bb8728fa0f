/**
 * What Terraform's AWS provider (version 6) calls its arguments, for the types that the reader knows: the only judge of
 * whether a name that the reader's tables expect is one that people write. `name` is one value, `name[]` a list,
 * `name{}` a map, `name(…)` a block.
 *
 * No script makes the list: the provider's schema lies in a binary of several hundred megabytes that nothing here needs.
 * Whoever teaches the reader a type writes the type's line by hand, from `terraform providers schema -json` or the
 * provider's documentation; a type that is not listed has its samples skipped, which the test that uses it counts, and a
 * name in the reader's tables that a listed type lacks fails there.
 */
import { readFileSync } from "node:fs";

export type Argument = "one" | "list" | "map" | Block;
export interface Block {
  readonly [argument: string]: Argument;
}

const WRITTEN = JSON.parse(readFileSync(new URL("terraform-arguments.json", import.meta.url), "utf8")) as Readonly<
  Record<string, string>
>;
const parsed = new Map<string, Block>();

/** Undefined where the provider has no such type. */
export function argumentsOf(type: string): Block | undefined {
  const text = WRITTEN[type];
  if (text === undefined) return undefined;
  const known = parsed.get(type) ?? parseBlock((text.match(/\w+|\[\]|\{\}|[()]/g) ?? []).values());
  parsed.set(type, known);
  return known;
}

/** The argument at a path of blocks: `rule.status`. */
export function argumentAt(type: string, path: string): Argument | undefined {
  let found: Argument | undefined = argumentsOf(type);
  for (const step of path.split(".")) found = typeof found === "object" ? found[step] : undefined;
  return found;
}

function parseBlock(tokens: Iterator<string>): Block {
  const block: Record<string, Argument> = {};
  let name = "";
  for (let at = tokens.next(); at.done !== true && at.value !== ")"; at = tokens.next()) {
    if (at.value === "[]") block[name] = "list";
    else if (at.value === "{}") block[name] = "map";
    else if (at.value === "(") block[name] = parseBlock(tokens);
    else block[(name = at.value)] = "one";
  }
  return block;
}
