/** The code systems that R4's definitions carry whole: their codes, and which stands below which. */
import { readFileSync } from "node:fs";
import { codeKey } from "../kinds/token.ts";

export type CodeNode = string | readonly [string, readonly CodeNode[]];

/** What a value set includes or excludes: of a system all codes, some, or those at and below one; or value sets. */
export interface ValueSetPart {
  readonly system?: string;
  readonly codes?: readonly string[];
  readonly isA?: string;
  readonly below?: string;
  readonly valueSets?: readonly string[];
}

interface Terminology {
  readonly codeSystems: Readonly<Record<string, readonly CodeNode[]>>;
  readonly valueSets: Readonly<
    Record<string, { readonly include: readonly ValueSetPart[]; readonly exclude?: readonly ValueSetPart[] }>
  >;
}

let loaded: Terminology | undefined;

/** Read when first asked for: few searches need it. */
export function terminology(): Terminology {
  loaded ??= JSON.parse(
    readFileSync(new URL("../../generated/terminology.json", import.meta.url), "utf8"),
  ) as Terminology;
  return loaded;
}

/** Undefined for a system that is not known whole. */
export function codeSystem(system: string): readonly CodeNode[] | undefined {
  const { codeSystems } = terminology();
  return Object.hasOwn(codeSystems, system) ? codeSystems[system] : undefined;
}

/** The code and those below (`:below`) or above it, as keys of `codeKey`. */
export function relatedCodes(
  nodes: readonly CodeNode[],
  system: string,
  code: string,
  direction: "above" | "below",
): ReadonlySet<string> {
  const keys = new Set([codeKey(system, code)]);
  const related = direction === "below" ? codesBelow(nodes, code) : (ancestorsOf(nodes, code) ?? []);
  for (const each of related) keys.add(codeKey(system, each));
  return keys;
}

/** All codes of a tree. */
export function allCodes(nodes: readonly CodeNode[]): string[] {
  return nodes.flatMap((node) => (typeof node === "string" ? [node] : [node[0], ...allCodes(node[1])]));
}

/** All codes below one, wherever it stands. */
export function codesBelow(nodes: readonly CodeNode[], code: string): string[] {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [];
    return node[0] === code ? allCodes(node[1]) : codesBelow(node[1], code);
  });
}

function ancestorsOf(nodes: readonly CodeNode[], code: string): string[] | undefined {
  const found: string[] = [];
  for (const node of nodes) {
    if (typeof node === "string") continue;
    const above = childrenHave(node[1], code) ? [] : ancestorsOf(node[1], code);
    if (above) found.push(node[0], ...above);
  }
  return found.length > 0 ? found : undefined;
}

function childrenHave(nodes: readonly CodeNode[], code: string): boolean {
  return nodes.some((node) => (typeof node === "string" ? node : node[0]) === code);
}
