/**
 * pnpm-lock.yaml of formats 5 to 9. Format 5 names packages `/name/1.0.0_peers`, 6 `/name@1.0.0(peers)`, 9
 * `name@1.0.0(peers)` with what they require apart under `snapshots`. A requirement's version is such a name or its end.
 */
import { rawEntry, rawText, type RawEntry, type RawNode } from "../../../source/raw-node.ts";
import type { SourceText } from "../../../source/source-text.ts";
import { readLockYaml } from "./lock-yaml.ts";
import type { Edge, Importer, LockedPackage, Lockfile, Requirement, RequirementKind } from "./lockfile.ts";
import { entriesAt, entriesOf, isTrue, present, textAt } from "./raw-fields.ts";

const FIELDS: readonly (readonly [field: string, kind: RequirementKind])[] = [
  ["dependencies", "production"],
  ["optionalDependencies", "optional"],
  ["devDependencies", "development"],
];

interface Context {
  readonly source: SourceText;
  /** Entries of `packages`, and of `snapshots` where there are any. */
  readonly nodes: ReadonlyMap<string, RawEntry>;
  /** What a snapshot's package says of itself. */
  readonly descriptions: ReadonlyMap<string, RawNode>;
  /** Formats before 7 say whether a package has scripts to run at installation. */
  readonly saysBuilds: boolean;
}

export function readPnpmLock(source: SourceText): Lockfile {
  const { root, problems } = readLockYaml(source);
  const format = textAt(root, "lockfileVersion") ?? "";
  const listed = entriesAt(root, "packages");
  const snapshots = entriesAt(root, "snapshots");
  const context: Context = {
    source,
    nodes: new Map((snapshots.length > 0 ? snapshots : listed).map((entry) => [entry.key, entry])),
    descriptions: new Map(listed.map(({ key, node }) => [key, node])),
    saysBuilds: Number.parseFloat(format) < 7,
  };
  const packages = new Map([...context.nodes].map(([key, entry]) => [key, packageOf(entry, context)]));
  const workspaces = entriesAt(root, "importers");
  const importers =
    workspaces.length > 0
      ? workspaces.map(({ key, node }) => importerOf(key === "." ? "" : key, node, context))
      : [importerOf("", root, context)];
  return {
    file: source.file,
    kind: "pnpm",
    format: `pnpm, version ${format}`,
    source,
    importers,
    packages,
    problems,
    keepsRanges: true,
  };
}

function packageOf({ key, keyOffset, node }: RawEntry, context: Context): LockedPackage {
  const described = context.descriptions.get(withoutPeers(key)) ?? context.descriptions.get(key) ?? node;
  const named = nameOf(key);
  const resolution = rawEntry(described, "resolution")?.node;
  const repository = textAt(resolution, "repo");
  const resolved =
    repository === undefined
      ? textAt(resolution, "tarball")
      : `git+${repository}#${textAt(resolution, "commit") ?? ""}`;
  return {
    key,
    name: textAt(described, "name") ?? named.name,
    version: textAt(described, "version") ?? named.version,
    spot: { source: context.source, offset: keyOffset },
    isDigestElsewhere: false,
    requires: FIELDS.flatMap(([field, kind]) =>
      entriesAt(node, field).flatMap(({ key: name, node: version }): readonly Edge[] => {
        const found = keyOf(name, rawText(version), context);
        return found === undefined ? [] : [{ key: found, isOptional: kind === "optional" }];
      }),
    ),
    ...present({
      resolved,
      integrity: textAt(resolution, "integrity"),
      deprecated: textAt(described, "deprecated"),
      hasInstallScript: isTrue(described, "requiresBuild") ? true : context.saysBuilds ? false : undefined,
    }),
  };
}

function importerOf(path: string, node: RawNode | undefined, context: Context): Importer {
  const specifiers = new Map(entriesAt(node, "specifiers").map(({ key, node: range }) => [key, rawText(range)]));
  const workspaces: string[] = [];
  const requirements = FIELDS.flatMap(([field, kind]) =>
    entriesAt(node, field).map(({ key: name, keyOffset, node: written }): Requirement => {
      const version = rawText(written) ?? textAt(written, "version");
      if (version?.startsWith("link:") === true) workspaces.push(joined(path, version.slice("link:".length)));
      return {
        name,
        kind,
        spot: { source: context.source, offset: keyOffset },
        ...present({
          range: entriesOf(written).length > 0 ? textAt(written, "specifier") : specifiers.get(name),
          key: keyOf(name, version, context),
        }),
      };
    }),
  );
  return { path, requirements, workspaces };
}

function keyOf(name: string, version: string | undefined, { nodes }: Context): string | undefined {
  if (version === undefined) return undefined;
  return [`${name}@${version}`, `/${name}@${version}`, `/${name}/${version}`, version].find((key) => nodes.has(key));
}

/** `/@scope/name/1.0.0_react@18.0.0`, `/@scope/name@1.0.0(react@18.0.0)`, `name@1.0.0`, `host/address/commit`. */
function nameOf(key: string): { readonly name: string; readonly version: string } {
  const plain = withoutPeers(key).replace(/^\//, "");
  const at = plain.indexOf("@", 1);
  const slash = plain.lastIndexOf("/");
  const old = /^((?:@[^/]+\/)?[^/@]+)\/(\d[^/_]*)(?:_.*)?$/.exec(plain);
  if (old) return { name: old[1] ?? "", version: old[2] ?? "" };
  if (at > 0) return { name: plain.slice(0, at), version: plain.slice(at + 1) };
  return { name: plain.slice(0, slash), version: plain.slice(slash + 1) };
}

function withoutPeers(key: string): string {
  const bracket = key.indexOf("(");
  return bracket < 0 ? key : key.slice(0, bracket);
}

/** `packages/web` and `../api` as `packages/api`. */
function joined(path: string, way: string): string {
  const parts = path === "" ? [] : path.split("/");
  for (const part of way.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
