/**
 * A software bill of materials of what lockfiles pin, as CycloneDX 1.6 JSON (ECMA-424). INVARIANT: the same input gives the
 * same bytes: names sort it, its serial number is derived from it, and it says a time only where SOURCE_DATE_EPOCH does.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";
import { placePackages, type Placed } from "./dependency-tree.ts";
import type { Lockfile, Manifest } from "./lockfiles/lockfile.ts";
import type { Project } from "./lockfiles/read-lockfile.ts";
import { ALLOWED_BY_DEFAULT, isLicenceAllowed } from "./names/licence.ts";
import { purlOf, purlOfPackage, withoutCredentials } from "./purl.ts";
import type { Match } from "./vulnerabilities/advisory.ts";
import { ratingOf } from "./vulnerabilities/cvss.ts";

export interface SbomParts {
  readonly projects: readonly Project[];
  /** The licence of a package, where it is known from elsewhere than its lockfile. */
  readonly licenceOf: (lockfile: Lockfile, placed: Placed) => string | undefined;
  readonly matchesOf: (lockfile: Lockfile, key: string) => readonly Match[];
  /** Seconds since 1970, as SOURCE_DATE_EPOCH has them. */
  readonly epochSeconds?: number;
}

interface Component {
  readonly "bom-ref": string;
  readonly [field: string]: unknown;
}

/** CycloneDX's names, and how many hexadecimal digits each has. */
const HASHES: Readonly<Record<string, readonly [alg: string, digits: number]>> = {
  sha1: ["SHA-1", 40],
  sha256: ["SHA-256", 64],
  sha384: ["SHA-384", 96],
  sha512: ["SHA-512", 128],
};
/** Identifiers of SPDX's list, which the schema of CycloneDX holds `id` to; others are named. */
const IDENTIFIED = new RegExp(
  `^(?:${ALLOWED_BY_DEFAULT.join("|")}|[AL]?GPL-[23]\\.[01]-(?:only|or-later)|EPL-[12]\\.0)$`,
);
const METHODS: Readonly<Record<string, string>> = {
  "2.0": "CVSSv2",
  "3.0": "CVSSv3",
  "3.1": "CVSSv31",
  "4.0": "CVSSv4",
};

export function makeSbom(parts: SbomParts): string {
  const components = new Map<string, Component>();
  const requires = new Map<string, Set<string>>();
  const affected = new Map<string, { readonly match: Match; readonly refs: Set<string> }>();
  for (const project of parts.projects) addProject(project, parts, components, requires, affected);
  const root = rootOf(parts.projects);
  if (root) components.delete(root["bom-ref"]);
  const body = {
    metadata: {
      ...(parts.epochSeconds === undefined ? {} : { timestamp: new Date(parts.epochSeconds * 1000).toISOString() }),
      tools: { components: [{ type: "application", name: "ward check", version: "0.1.0" }] },
      ...(root ? { component: root } : {}),
    },
    components: sorted(components),
    dependencies: [...requires]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([ref, on]) => ({ ref, ...(on.size === 0 ? {} : { dependsOn: [...on].toSorted() }) })),
    ...(affected.size === 0 ? {} : { vulnerabilities: vulnerabilitiesOf(affected) }),
  };
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function addProject(
  { lockfile, manifests }: Project,
  { licenceOf, matchesOf }: SbomParts,
  components: Map<string, Component>,
  requires: Map<string, Set<string>>,
  affected: Map<string, { readonly match: Match; readonly refs: Set<string> }>,
): void {
  const need = (from: string, to: readonly string[]) => {
    const known = requires.get(from) ?? new Set<string>();
    for (const one of to) known.add(one);
    requires.set(from, known);
  };
  const refOf = (key: string) => {
    const locked = lockfile.packages.get(key);
    return locked ? [purlOfPackage(locked)] : [];
  };
  for (const placed of placePackages(lockfile)) {
    const component = componentOf(placed, licenceOf(lockfile, placed));
    const ref = component["bom-ref"];
    // The same version in two folders is one component; where one of them is needed in production, it is.
    const known = components.get(ref);
    if (!known || known["scope"] !== "required") components.set(ref, component);
    need(
      ref,
      placed.locked.requires.flatMap(({ key }) => refOf(key)),
    );
    for (const match of matchesOf(lockfile, placed.locked.key)) {
      const same = affected.get(match.advisory.id) ?? { match, refs: new Set<string>() };
      same.refs.add(ref);
      affected.set(match.advisory.id, same);
    }
  }
  const byPath = new Map(manifests.map((manifest) => [manifest.path, manifest]));
  for (const { path, requirements, workspaces } of lockfile.importers) {
    const own = applicationOf(byPath.get(path), lockfile, path);
    components.set(own["bom-ref"], own);
    const others = workspaces.map((other) => applicationOf(byPath.get(other), lockfile, other)["bom-ref"]);
    need(own["bom-ref"], [...requirements.flatMap(({ key }) => (key === undefined ? [] : refOf(key))), ...others]);
  }
}

/** The application that the bill is for: that of the outermost folder. */
function rootOf(projects: readonly Project[]): Component | undefined {
  const [outermost] = projects.toSorted((one, other) => one.lockfile.file.length - other.lockfile.file.length);
  if (!outermost) return undefined;
  return applicationOf(
    outermost.manifests.find(({ path }) => path === ""),
    outermost.lockfile,
    "",
  );
}

function applicationOf(manifest: Manifest | undefined, lockfile: Lockfile, path: string): Component {
  const folder = path === "" ? dirname(lockfile.file) : path;
  const name = manifest?.name ?? (folder === "." ? "app" : folder);
  return {
    type: "application",
    "bom-ref": `${purlOf(name, manifest?.version ?? "")}#${path === "" ? "." : path}`,
    ...namesOf(name),
    ...(manifest?.version === undefined ? {} : { version: manifest.version }),
    ...(manifest?.name === undefined ? {} : { purl: purlOf(name, manifest.version ?? "") }),
  };
}

function componentOf({ locked, isDevelopment, isOptional }: Placed, licence: string | undefined): Component {
  const purl = purlOfPackage(locked);
  const hashes = hashesOf(locked.integrity);
  return {
    type: "library",
    "bom-ref": purl,
    ...namesOf(locked.name),
    version: locked.version,
    scope: isDevelopment ? "excluded" : isOptional ? "optional" : "required",
    ...(hashes.length === 0 ? {} : { hashes }),
    ...(licence === undefined ? {} : { licenses: [licenceChoice(licence)] }),
    purl,
    ...(locked.resolved === undefined || !/^[a-z+]+:\/\/[^\s]+$/.test(locked.resolved)
      ? {}
      : { externalReferences: [{ type: "distribution", url: withoutCredentials(locked.resolved) }] }),
    ...(isDevelopment ? { properties: [{ name: "cdx:npm:package:development", value: "true" }] } : {}),
  };
}

function namesOf(name: string): { readonly group?: string; readonly name: string } {
  const [, group, rest] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  return group !== undefined && rest !== undefined ? { group, name: rest } : { name };
}

function licenceChoice(licence: string): object {
  if (isLicenceAllowed(licence, new Set()) === undefined) return { license: { name: licence } };
  if (/[\s()]/.test(licence)) return { expression: licence };
  return { license: IDENTIFIED.test(licence) ? { id: licence } : { name: licence } };
}

/** Subresource Integrity is base64, CycloneDX hexadecimal. Digests of a package manager's own archives are not the package's. */
function hashesOf(integrity: string | undefined): readonly object[] {
  if (integrity?.startsWith("sha1:") === true) return [{ alg: "SHA-1", content: integrity.slice("sha1:".length) }];
  return (integrity ?? "").split(/\s+/).flatMap((digest) => {
    const [, algorithm = "", base64 = ""] = /^(sha\d+)-([A-Za-z0-9+/]+=*)/.exec(digest) ?? [];
    const [alg, digits] = HASHES[algorithm] ?? [];
    const content = Buffer.from(base64, "base64").toString("hex");
    return alg === undefined || content.length !== digits ? [] : [{ alg, content }];
  });
}

function vulnerabilitiesOf(
  affected: ReadonlyMap<string, { readonly match: Match; readonly refs: ReadonlySet<string> }>,
): readonly object[] {
  return [...affected]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { match, refs }]) => {
      const { score, severity, summary, aliases } = match.advisory;
      const method = METHODS[score?.version ?? ""];
      return {
        "bom-ref": `vulnerability:${id}`,
        id,
        ...(aliases.length === 0
          ? {}
          : { references: aliases.map((alias) => ({ id: alias, source: { name: sourceOf(alias) } })) }),
        ratings: [
          score
            ? { score: score.base, severity: ratingOf(score.base), ...(method === undefined ? {} : { method }) }
            : { severity },
        ],
        ...(summary === "" ? {} : { description: summary }),
        affects: [...refs].toSorted().map((ref) => ({ ref })),
      };
    });
}

function sourceOf(id: string): string {
  return id.startsWith("CVE-") ? "NVD" : id.startsWith("GHSA-") ? "GitHub Advisories" : "OSV";
}

function sorted(components: ReadonlyMap<string, Component>): readonly Component[] {
  return [...components.values()].toSorted((one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1));
}

/** A UUID of version 8 (RFC 9562 §5.8): from a digest of what it names. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
