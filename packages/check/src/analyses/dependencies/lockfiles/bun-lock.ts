/**
 * bun.lock: JSON with commas after last items. `packages` names each by its place (`parent/child` where a nested one is
 * meant) and says `[name@version, registry, description, digest]`; what is required is found by the nearest place upwards.
 */
import { rawEntry, rawText, type RawEntry, type RawNode } from "../../../source/raw-node.ts";
import { readJson } from "../../../source/read-json.ts";
import { SourceText } from "../../../source/source-text.ts";
import type { Edge, Importer, LockedPackage, Lockfile, Requirement, RequirementKind } from "./lockfile.ts";
import { entriesAt, present, textAt } from "./raw-fields.ts";

const FIELDS: readonly (readonly [field: string, kind: RequirementKind])[] = [
  ["dependencies", "production"],
  ["optionalDependencies", "optional"],
  ["devDependencies", "development"],
  ["peerDependencies", "peer"],
];

export function readBunLock(source: SourceText): Lockfile {
  const { root, problems } = readJson(new SourceText(source.file, withoutTrailingCommas(source.text)));
  const places = new Map(entriesAt(root, "packages").map((entry) => [entry.key, entry]));
  const workspaces = entriesAt(root, "workspaces");
  const names = new Map(workspaces.flatMap(({ key, node }) => [[textAt(node, "name") ?? "", key] as const]));
  const packages = new Map<string, LockedPackage>();
  for (const [key, entry] of places) {
    if (!isWorkspace(entry)) packages.set(key, packageOf(entry, source, places));
  }
  return {
    file: source.file,
    kind: "bun",
    format: `bun, version ${textAt(root, "lockfileVersion") ?? "unknown"}`,
    source,
    importers: workspaces.map((entry) => importerOf(entry, source, places, names)),
    packages,
    problems: problems.map(({ spot, message }) => ({ message, spot: { source, offset: spot.offset } })),
    keepsRanges: true,
  };
}

/** JSON of the same length: commas before a closing bracket become spaces, as do comments. */
export function withoutTrailingCommas(text: string): string {
  const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|,(?=\s*[}\]])/g;
  return text.replace(TOKEN, (token) => (token.startsWith('"') ? token : " ".repeat(token.length)));
}

function isWorkspace(entry: RawEntry): boolean {
  return identityOf(entry).version.startsWith("workspace:") || identityOf(entry).version.startsWith("link:");
}

function identityOf({ key, node }: RawEntry): { readonly name: string; readonly version: string } {
  const text = (node.kind === "list" && rawText(node.items[0])) || key;
  const at = text.indexOf("@", 1);
  return at < 0 ? { name: text, version: "" } : { name: text.slice(0, at), version: text.slice(at + 1) };
}

function packageOf(entry: RawEntry, source: SourceText, places: ReadonlyMap<string, RawEntry>): LockedPackage {
  const { name, version } = identityOf(entry);
  const items = entry.node.kind === "list" ? entry.node.items : [];
  const described = items.find(({ kind }) => kind === "map");
  const digest = items
    .slice(1)
    .map(rawText)
    .findLast((text) => text !== undefined && /^sha\d+-/.test(text));
  const address = rawText(items[1]);
  const isAddress = /^[a-z+]+:/.test(version) || version.startsWith("github:");
  return {
    key: entry.key,
    name,
    version: isAddress ? version.slice(version.lastIndexOf("#") + 1) : version,
    spot: { source, offset: entry.keyOffset },
    isDigestElsewhere: textAt(described, "bundled") === "true",
    requires: edgesOf(entry.key, described, places),
    ...present({
      resolved: isAddress ? version : address === undefined || address === "" ? undefined : address,
      integrity: digest,
    }),
  };
}

function edgesOf(key: string, node: RawNode | undefined, places: ReadonlyMap<string, RawEntry>): readonly Edge[] {
  const optionalPeers = rawEntry(node, "optionalPeers")?.node;
  const isLeftOut = (name: string) =>
    optionalPeers?.kind === "list" && optionalPeers.items.some((item) => rawText(item) === name);
  return FIELDS.flatMap(([field, kind]) =>
    kind === "development"
      ? []
      : entriesAt(node, field).flatMap(({ key: name }) => {
          const found = nearest(places, key, name);
          const isOptional = kind === "optional" || (kind === "peer" && isLeftOut(name));
          return found && !isWorkspace(found) ? [{ key: found.key, isOptional }] : [];
        }),
  );
}

function importerOf(
  { key: path, node }: RawEntry,
  source: SourceText,
  places: ReadonlyMap<string, RawEntry>,
  names: ReadonlyMap<string, string>,
): Importer {
  const workspaces: string[] = [];
  const from = textAt(node, "name") ?? "";
  const requirements = FIELDS.flatMap(([field, kind]) =>
    entriesAt(node, field).map(({ key: name, keyOffset, node: range }): Requirement => {
      const found = nearest(places, from, name);
      const workspace = names.get(name);
      if (found && isWorkspace(found) && workspace !== undefined) workspaces.push(workspace);
      return {
        name,
        kind,
        spot: { source, offset: keyOffset },
        ...present({ range: rawText(range), key: found && !isWorkspace(found) ? found.key : undefined }),
      };
    }),
  );
  return { path, requirements, workspaces };
}

function nearest(places: ReadonlyMap<string, RawEntry>, from: string, name: string): RawEntry | undefined {
  for (let at = from; ; at = parentOf(at)) {
    const found = places.get(at === "" ? name : `${at}/${name}`);
    if (found || at === "") return found;
  }
}

/** The place above: without its last name, which has a slash of its own where it has a scope. */
function parentOf(place: string): string {
  return place.replace(/(^|\/)(?:@[^/]+\/)?[^/]+$/, "");
}
