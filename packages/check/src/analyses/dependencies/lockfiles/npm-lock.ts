/**
 * package-lock.json and npm-shrinkwrap.json. Versions 2 and 3 list every folder of node_modules under `packages`; version 1
 * nests `dependencies` in each other. Either way a requirement is fulfilled by the nearest folder upwards, as Node resolves.
 */
import type { RawNode } from "../../../source/raw-node.ts";
import { rawEntry, rawText } from "../../../source/raw-node.ts";
import { readJson } from "../../../source/read-json.ts";
import type { SourceText } from "../../../source/source-text.ts";
import type { Edge, Importer, LockedPackage, Lockfile, Manifest, Requirement, RequirementKind } from "./lockfile.ts";
import { entriesAt, isTrue, present, textAt } from "./raw-fields.ts";

const FIELDS: readonly (readonly [field: string, kind: RequirementKind])[] = [
  ["dependencies", "production"],
  ["optionalDependencies", "optional"],
  ["devDependencies", "development"],
  ["peerDependencies", "peer"],
];
const MODULES = "node_modules/";

/** A folder as the lockfile describes it, before anyone knows who requires what. */
interface Folder {
  readonly path: string;
  readonly node: RawNode;
  readonly offset: number;
  /** The fields that say what it requires. */
  readonly fields: readonly (readonly [field: string, kind: RequirementKind])[];
}

export function readNpmLock(source: SourceText, manifests: readonly Manifest[]): Lockfile {
  const { root, problems } = readJson(source);
  const version = textAt(root, "lockfileVersion") ?? "1";
  const isNested = rawEntry(root, "packages") === undefined;
  const folders = isNested ? nestedFolders(root) : listedFolders(root);
  const places = new Map(folders.map((folder) => [folder.path, folder]));
  const find = (from: string, name: string) => nearest(places, from, name);
  const packages = new Map<string, LockedPackage>();
  for (const folder of folders) {
    if (isPackage(folder)) packages.set(folder.path, packageOf(folder, source, find));
  }
  const importers = isNested
    ? manifests.map((manifest) => manifestImporter(manifest, find, manifests))
    : folders.filter(({ path }) => isWorkspace(path)).map((folder) => importerOf(folder, source, find, places));
  return {
    file: source.file,
    kind: "npm",
    format: `npm, version ${version}`,
    source,
    importers,
    packages,
    problems,
    keepsRanges: !isNested,
  };
}

type Find = (from: string, name: string) => Folder | undefined;

function listedFolders(root: RawNode | undefined): readonly Folder[] {
  return entriesAt(root, "packages").map(({ key, keyOffset, node }) => ({
    path: key,
    node,
    offset: keyOffset,
    fields: FIELDS,
  }));
}

/** Version 1: a tree whose folders are named by their place in it. */
function nestedFolders(root: RawNode | undefined): readonly Folder[] {
  const folders: Folder[] = [];
  const waiting: (readonly [at: string, node: RawNode | undefined])[] = [["", root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [at, node] = next;
    for (const { key: name, keyOffset, node: child } of entriesAt(node, "dependencies")) {
      const path = `${at === "" ? "" : `${at}/`}${MODULES}${name}`;
      folders.push({ path, node: child, offset: keyOffset, fields: [["requires", "production"]] });
      waiting.push([path, child]);
    }
  }
  return folders.toSorted((one, other) => one.offset - other.offset);
}

function isWorkspace(path: string): boolean {
  return !path.includes(MODULES);
}

function isPackage({ path, node }: Folder): boolean {
  const version = textAt(node, "version") ?? "";
  return !isWorkspace(path) && !isTrue(node, "link") && !version.startsWith("file:") && !version.startsWith("link:");
}

function packageOf({ path, node, offset, fields }: Folder, source: SourceText, find: Find): LockedPackage {
  const name = textAt(node, "name") ?? nameAt(path);
  const version = textAt(node, "version") ?? "";
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(version);
  const isAddress = alias === null && /^[a-z+]+:/.test(version);
  const hasScript = rawEntry(node, "hasInstallScript")
    ? isTrue(node, "hasInstallScript")
    : fields === FIELDS
      ? false
      : undefined;
  return {
    key: path,
    name: alias?.[1] ?? name,
    version: alias?.[2] ?? (isAddress ? (textAt(node, "from") ?? version) : version),
    spot: { source, offset },
    isDigestElsewhere: isTrue(node, "inBundle") || isTrue(node, "bundled"),
    requires: edgesOf(path, node, fields, find),
    ...present({
      resolved: textAt(node, "resolved") ?? (isAddress ? version : undefined),
      integrity: textAt(node, "integrity"),
      licence: licenceOf(node),
      deprecated: deprecationOf(node),
      hasInstallScript: hasScript,
    }),
  };
}

function licenceOf(node: RawNode): string | undefined {
  const licence = rawEntry(node, "license")?.node;
  return rawText(licence) ?? textAt(licence, "type");
}

function deprecationOf(node: RawNode): string | undefined {
  const text = textAt(node, "deprecated");
  return text === "false" ? undefined : text === "true" ? "its authors give no reason" : text;
}

function edgesOf(path: string, node: RawNode, fields: Folder["fields"], find: Find): readonly Edge[] {
  return fields.flatMap(([field, kind]) =>
    kind === "development"
      ? []
      : entriesAt(node, field).flatMap(({ key: name }) => {
          const found = find(path, name);
          return found && isPackage(found) ? [{ key: found.path, isOptional: kind === "optional" }] : [];
        }),
  );
}

function importerOf(
  { path, node }: Folder,
  source: SourceText,
  find: Find,
  places: ReadonlyMap<string, Folder>,
): Importer {
  const workspaces: string[] = [];
  const requirements = FIELDS.flatMap(([field, kind]) =>
    entriesAt(node, field).map(({ key: name, keyOffset, node: range }): Requirement => {
      const found = find(path, name);
      const target = found && isTrue(found.node, "link") ? textAt(found.node, "resolved") : undefined;
      if (target !== undefined && places.has(target)) workspaces.push(target);
      return {
        name,
        kind,
        spot: { source, offset: keyOffset },
        ...present({ range: rawText(range), key: found && isPackage(found) ? found.path : undefined }),
      };
    }),
  );
  return { path, requirements, workspaces };
}

/** Version 1 does not say who asked; the package.json does. */
function manifestImporter({ path, requirements }: Manifest, find: Find, manifests: readonly Manifest[]): Importer {
  const workspaces: string[] = [];
  const found = requirements.map(({ name, range, kind, spot }): Requirement => {
    const folder = find(path, name);
    if (folder && isPackage(folder)) return { name, kind, spot, key: folder.path };
    const other = manifests.find((manifest) => manifest.name === name);
    if (other) workspaces.push(other.path);
    return { name, kind, spot, ...present({ range: other ? range : undefined }) };
  });
  return { path, requirements: found, workspaces };
}

/** The folder that Node would take `name` from, for code in `from`. */
function nearest(places: ReadonlyMap<string, Folder>, from: string, name: string): Folder | undefined {
  for (let at = from; ; at = parentOf(at)) {
    const found = places.get(`${at === "" ? "" : `${at}/`}${MODULES}${name}`);
    if (found || at === "") return found;
  }
}

function parentOf(path: string): string {
  const modules = path.lastIndexOf(MODULES);
  if (modules > 0) return path.slice(0, modules - 1);
  return modules === 0 || !path.includes("/") ? "" : path.slice(0, path.lastIndexOf("/"));
}

function nameAt(path: string): string {
  return path.slice(path.lastIndexOf(MODULES) + MODULES.length);
}
