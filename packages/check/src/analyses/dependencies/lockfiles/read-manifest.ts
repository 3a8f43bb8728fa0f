/** package.json: what was asked for, each with its place. */
import { readJson } from "../../../source/read-json.ts";
import { rawAt, rawText, type RawNode } from "../../../source/raw-node.ts";
import { SourceText, type SourceProblem } from "../../../source/source-text.ts";
import type { Manifest, ManifestRequirement, RequirementKind } from "./lockfile.ts";
import { entriesAt, entriesOf, isTrue, present, textAt } from "./raw-fields.ts";

const FIELDS: readonly (readonly [field: string, kind: RequirementKind])[] = [
  ["dependencies", "production"],
  ["optionalDependencies", "optional"],
  ["devDependencies", "development"],
  ["peerDependencies", "peer"],
];

const OVERRIDES = [["overrides"], ["resolutions"], ["pnpm", "overrides"]] as const;
/** Where package managers keep which packages' scripts may run: a list, or names with true or false. */
const SCRIPT_LISTS = [["allowScripts"], ["trustedDependencies"], ["pnpm", "onlyBuiltDependencies"]] as const;

export function readManifest(
  file: string,
  text: string,
  path: string,
): { readonly manifest: Manifest; readonly problems: readonly SourceProblem[] } {
  const source = new SourceText(file, text);
  const { root, problems } = readJson(source);
  const requirements = new Map<string, ManifestRequirement>();
  for (const [field, kind] of FIELDS) {
    for (const { key: name, keyOffset, node } of entriesAt(root, field)) {
      const range = rawText(node);
      // An optional one often stands in `dependencies` too; a peer that is required besides is no news.
      if (range === undefined || (kind !== "optional" && requirements.has(name))) continue;
      requirements.set(name, { name, range, kind, spot: { source, offset: keyOffset } });
    }
  }
  return {
    manifest: {
      path,
      source,
      requirements: [...requirements.values()],
      workspaces: workspacesIn(root),
      overridden: new Set(OVERRIDES.flatMap((keys) => entriesOf(rawAt(root, ...keys)).map(({ key }) => nameIn(key)))),
      decidedScripts: decidedScripts(root),
      ...present({ name: textAt(root, "name"), version: textAt(root, "version") }),
    },
    problems,
  };
}

/** `packages/*`, as a list or under `packages`. */
function workspacesIn(root: RawNode | undefined): readonly string[] {
  const listed = rawAt(root, "workspaces");
  return textsIn(listed?.kind === "map" ? rawAt(listed, "packages") : listed);
}

function decidedScripts(root: RawNode | undefined): ReadonlySet<string> {
  const lists = SCRIPT_LISTS.flatMap((keys) => {
    const list = rawAt(root, ...keys);
    // One that is listed with false was looked at as well, and does not run.
    return [...textsIn(list), ...entriesOf(list).map(({ key }) => nameIn(key))];
  });
  const built = entriesAt(root, "dependenciesMeta").flatMap(({ key, node }) => (isTrue(node, "built") ? [key] : []));
  return new Set([...lists, ...built]);
}

function textsIn(list: RawNode | undefined): readonly string[] {
  return list?.kind === "list" ? list.items.flatMap((item) => rawText(item) ?? []) : [];
}

/** `parent>name@range`, `parent/name` and `name@1.0.0` as `name`. */
function nameIn(key: string): string {
  const last = /(?:^|[/>])((?:@[^/>@]+\/)?[^/>@]+)(?:@[^>]*)?$/.exec(key);
  return last?.[1] ?? key;
}
