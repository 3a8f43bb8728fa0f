/**
 * yarn.lock. Yarn 1 writes a format of its own, by indentation; Yarn 2 and later write YAML. Both name an entry by every
 * request that it fulfils (`a@^1.0.0, a@^1.1.0`), so a requirement is found by what was asked for.
 */
import { rawEntry, rawText } from "../../../source/raw-node.ts";
import type { SourceProblem, SourceText } from "../../../source/source-text.ts";
import { readLockYaml } from "./lock-yaml.ts";
import type { Edge, Importer, LockedPackage, Lockfile, Manifest, RequirementKind } from "./lockfile.ts";
import { entriesAt, entriesOf, isTrue, present, textAt } from "./raw-fields.ts";

/** What both formats say of an entry. */
interface Entry {
  readonly offset: number;
  /** `name@range`, each. */
  readonly requests: readonly string[];
  readonly version: string;
  /** `name@npm:1.0.0`, `name@workspace:packages/a`; Yarn 1 has none. */
  readonly resolution?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly isForOtherMachines: boolean;
  readonly requires: readonly { readonly name: string; readonly range: string; readonly isOptional: boolean }[];
}

export function readYarnLock(source: SourceText, manifests: readonly Manifest[]): Lockfile {
  const isBerry = /^__metadata:/m.test(source.text);
  const { entries, problems, format } = isBerry ? readBerry(source) : readClassic(source);
  const byRequest = new Map(entries.flatMap((entry) => entry.requests.map((request) => [request, entry] as const)));
  const find = (name: string, range: string): Entry | undefined =>
    [`${name}@${range}`, `${name}@npm:${range}`].map((request) => byRequest.get(request)).find((one) => one) ??
    patchedFrom(byRequest, name, range);
  const packages = new Map<string, LockedPackage>();
  for (const entry of entries) {
    if (workspaceOf(entry) === undefined) packages.set(keyOf(entry), packageOf(entry, source, find));
  }
  const importers = manifests.map((manifest) => importerOf(manifest, find, manifests));
  return { file: source.file, kind: "yarn", format, source, importers, packages, problems, keepsRanges: true };
}

type Find = (name: string, range: string) => Entry | undefined;

function patchedFrom(byRequest: ReadonlyMap<string, Entry>, name: string, range: string): Entry | undefined {
  const asked = `${name}@patch:${name}@`;
  for (const [request, entry] of byRequest) {
    if (request.startsWith(asked) && decodeURIComponentSafely(request).includes(range)) return entry;
  }
  return undefined;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keyOf({ requests }: Entry): string {
  return requests[0] ?? "";
}

function workspaceOf({ resolution, requests }: Entry): string | undefined {
  const [, path] = /@workspace:(.*)$/.exec(resolution ?? "") ?? [];
  return path ?? (requests.every((request) => /@(?:workspace|link|portal):/.test(request)) ? "" : undefined);
}

function packageOf(entry: Entry, source: SourceText, find: Find): LockedPackage {
  const [first = ""] = entry.requests;
  const identity = entry.resolution ?? first;
  const at = identity.indexOf("@", 1);
  const alias = /^.+?@npm:(@?[^@]+)@/.exec(first);
  const protocol = identity.slice(at + 1);
  const isElsewhere = entry.resolution !== undefined && !/^(?:npm|patch|workspace|virtual):/.test(protocol);
  return {
    key: keyOf(entry),
    name: alias?.[1] ?? (at < 0 ? identity : identity.slice(0, at)),
    version: entry.version,
    spot: { source, offset: entry.offset },
    isDigestElsewhere: entry.isForOtherMachines,
    requires: entry.requires.flatMap(({ name, range, isOptional }): readonly Edge[] => {
      const found = find(name, range);
      return found && workspaceOf(found) === undefined ? [{ key: keyOf(found), isOptional }] : [];
    }),
    ...present({ resolved: entry.resolved ?? (isElsewhere ? protocol : undefined), integrity: entry.integrity }),
  };
}

function importerOf(manifest: Manifest, find: Find, manifests: readonly Manifest[]): Importer {
  const workspaces: string[] = [];
  const requirements = manifest.requirements.map(({ name, range, kind, spot }) => {
    const found = find(name, range);
    const isPackage = found !== undefined && workspaceOf(found) === undefined;
    const other = isPackage ? undefined : manifests.find((one) => one.name === name);
    if (other) workspaces.push(other.path);
    return {
      name,
      kind,
      spot,
      ...present({ range: found || other ? range : undefined, key: isPackage ? keyOf(found) : undefined }),
    };
  });
  return { path: manifest.path, requirements, workspaces };
}

interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly problems: readonly SourceProblem[];
  readonly format: string;
}

const BERRY_FIELDS: readonly (readonly [field: string, kind: RequirementKind])[] = [
  ["dependencies", "production"],
  ["peerDependencies", "peer"],
];

function readBerry(source: SourceText): ReadEntries {
  const { root, problems } = readLockYaml(source);
  const metadata = rawEntry(root, "__metadata")?.node;
  const entries = entriesOf(root).flatMap(({ key, keyOffset, node }): readonly Entry[] => {
    if (key === "__metadata" || node.kind !== "map") return [];
    const leftOut = new Set(
      entriesAt(node, "dependenciesMeta").flatMap(({ key: name, node: meta }) =>
        isTrue(meta, "optional") ? [name] : [],
      ),
    );
    return [
      {
        offset: keyOffset,
        requests: key.split(/,\s*/),
        version: textAt(node, "version") ?? "",
        isForOtherMachines: rawEntry(node, "conditions") !== undefined,
        requires: BERRY_FIELDS.flatMap(([field]) =>
          entriesAt(node, field).map(({ key: name, node: range }) => ({
            name,
            range: rawText(range) ?? "",
            isOptional: leftOut.has(name),
          })),
        ),
        ...present({ resolution: textAt(node, "resolution"), integrity: textAt(node, "checksum") }),
      },
    ];
  });
  return {
    entries,
    problems,
    format: `Yarn 2 or later, version ${textAt(metadata, "version") ?? "unknown"}`,
  };
}

interface Draft {
  readonly offset: number;
  readonly requests: readonly string[];
  readonly fields: Map<string, string>;
  readonly requires: { name: string; range: string; isOptional: boolean }[];
}

const WORD = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/;

function readClassic(source: SourceText): ReadEntries {
  const problems: SourceProblem[] = [];
  const drafts: Draft[] = [];
  let list: "dependencies" | "optionalDependencies" | undefined;
  let offset = 0;
  for (const written of source.text.split("\n")) {
    const start = offset;
    offset += written.length + 1;
    const line = written.replace(/\r$/, "");
    const text = line.trimStart();
    if (text === "" || text.startsWith("#")) continue;
    const depth = line.length - text.length;
    const draft = drafts.at(-1);
    if (depth === 0) {
      const requests = text.endsWith(":") ? requestsIn(text.slice(0, -1)) : undefined;
      if (requests === undefined)
        problems.push(mistake(source, start, "an entry of yarn.lock was expected, as `name@range:`"));
      else drafts.push({ offset: start, requests, fields: new Map(), requires: [] });
      list = undefined;
    } else if (depth === 2 && /^(?:optionalD|d)ependencies:$/.test(text)) {
      list = text.startsWith("o") ? "optionalDependencies" : "dependencies";
    } else {
      const pair = pairIn(text);
      if (!pair || !draft) problems.push(mistake(source, start + depth, "a name and a value were expected"));
      else if (depth > 2 && list !== undefined)
        draft.requires.push({ name: pair[0], range: pair[1], isOptional: list === "optionalDependencies" });
      else if (depth === 2) {
        list = undefined;
        draft.fields.set(...pair);
      }
    }
    if (problems.length > 0) break; // what follows a slip follows from it
  }
  return { entries: drafts.map(classicEntry), problems, format: "Yarn 1" };
}

function mistake(source: SourceText, offset: number, message: string): SourceProblem {
  return { spot: { source, offset }, message };
}

function requestsIn(text: string): readonly string[] | undefined {
  const requests: string[] = [];
  for (const [, quoted, bare] of text.matchAll(/"([^"]*)"|([^",\s]+)/g)) requests.push(quoted ?? bare ?? "");
  return requests.length > 0 && requests.every((one) => one.indexOf("@", 1) > 0) ? requests : undefined;
}

function pairIn(text: string): [name: string, value: string] | undefined {
  const name = WORD.exec(text);
  if (!name) return undefined;
  const value = WORD.exec(text.slice(name[0].length).trimStart());
  return value ? [name[1] ?? name[2] ?? "", value[1] ?? value[2] ?? ""] : undefined;
}

function classicEntry({ offset, requests, fields, requires }: Draft): Entry {
  const resolved = fields.get("resolved");
  // Before it had `integrity`, Yarn wrote the archive's SHA-1 behind its address.
  const digest = /#([0-9a-f]{40})$/.exec(resolved ?? "")?.[1];
  const isArchive = resolved !== undefined && !/^git\b|^git\+|\.git(?:#|$)/.test(resolved);
  return {
    offset,
    requests,
    version: fields.get("version") ?? "",
    isForOtherMachines: false,
    requires,
    ...present({
      resolved,
      integrity: fields.get("integrity") ?? (digest !== undefined && isArchive ? `sha1:${digest}` : undefined),
    }),
  };
}
