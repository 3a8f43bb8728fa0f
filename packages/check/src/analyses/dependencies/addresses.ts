/**
 * Addresses in a lockfile that are not the package's own: nobody reads a lockfile line by line, so a changed address is the
 * quietest way to bring in code. The digest is no help, since it was changed with it.
 */
import type { LockedPackage, Lockfile } from "./lockfiles/lockfile.ts";

/** A host that so few come from while the others come from elsewhere was not chosen by the team. */
const FEW = 2;
const MANY_TIMES = 5;

/** What is odd about a package's address, for people; undefined where nothing is. */
export function oddAddresses(lockfile: Lockfile, npmrc: string): (locked: LockedPackage) => string | undefined {
  const counts = new Map<string, number>();
  for (const { resolved } of lockfile.packages.values()) {
    const host = archiveUrl(resolved)?.host;
    if (host !== undefined) counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  const [usual] = [...counts].toSorted(([, one], [, other]) => other - one);
  const configured = new Set(
    [...npmrc.matchAll(/^\s*(?:@[\w.-]+:)?registry\s*=\s*"?(https?:\/\/[^\s"]+)/gm)].flatMap(
      ([, url]) => archiveUrl(url)?.host ?? [],
    ),
  );
  return ({ name, resolved }) => {
    const url = archiveUrl(resolved);
    if (!url) return undefined;
    const named = nameIn(url);
    if (named !== undefined && named !== name.toLowerCase()) return `its address is that of ${named}`;
    const count = counts.get(url.host) ?? 0;
    const isFew = usual !== undefined && count <= FEW && usual[1] >= count * MANY_TIMES;
    if (!isFew || configured.has(url.host)) return undefined;
    return `it comes from ${url.host}, and ${usual[1]} others come from ${usual[0]}`;
  };
}

function archiveUrl(address: string | undefined): URL | undefined {
  if (address === undefined || !/^https?:\/\//.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address);
}

/** Registries serve archives as `…/@scope/name/-/name-1.0.0.tgz`. */
function nameIn({ pathname }: URL): string | undefined {
  const [before, archive] = pathname.replaceAll(/%2f/gi, "/").split("/-/");
  if (before === undefined || archive === undefined) return undefined;
  return /((?:@[^/]+\/)?[^/]+)$/.exec(before)?.[1]?.toLowerCase();
}
