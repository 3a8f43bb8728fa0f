/** Package URLs (purl, ECMA-427) of npm packages: `pkg:npm/%40scope/name@1.0.0`. */
import type { LockedPackage } from "./lockfiles/lockfile.ts";

export function purlOf(name: string, version: string, qualifiers: Readonly<Record<string, string>> = {}): string {
  const path = name.toLowerCase().split("/").map(encode).join("/");
  const more = Object.entries(qualifiers)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join("&");
  return `pkg:npm/${path}${version === "" ? "" : `@${encode(version)}`}${more === "" ? "" : `?${more}`}`;
}

export function purlOfPackage({ name, version, resolved }: LockedPackage): string {
  if (resolved === undefined) return purlOf(name, version);
  return isGit(resolved) ? purlOf(name, version, { vcs_url: withoutCredentials(resolved) }) : purlOf(name, version);
}

/** An address of a Git repository: `git+ssh://…`, `github:owner/name`, `https://host/name.git#commit`. */
export function isGit(address: string): boolean {
  return /^(?:git[+:@]|github:|gitlab:|bitbucket:|gist:)|\.git(?:#|$)|^https?:\/\/codeload\.github\.com\//.test(
    address,
  );
}

/** An address without what signs in: user and password, and whatever a query may hold. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1").replace(/\?[^#]*/, "");
}

/** Percent-encoding but for what purl leaves as it is: a colon, and what URLs never encode. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%3A", ":")
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
