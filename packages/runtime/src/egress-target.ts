/**
 * Which granted host an egress request names, and whether the addresses behind the name may be reached. A name that
 * resolves to this machine or its network would turn a function into a way in (SSRF, DNS rebinding): the address that
 * was checked is the one connected to.
 */
import { BlockList, isIP } from "node:net";
import type { EgressGrant, EgressReason } from "@ward/core";

export interface EgressTarget {
  readonly url: URL;
  readonly grant: EgressGrant;
  readonly isLoopback: boolean;
}

export type TargetVerdict =
  { readonly ok: true; readonly target: EgressTarget } | { readonly ok: false; readonly reason: EgressReason };

export function findTarget(
  text: string,
  grants: readonly EgressGrant[],
  options: { readonly allowLoopback: boolean },
): TargetVerdict {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return { ok: false, reason: "host-not-granted" };
  if (url.protocol !== "https:" && url.protocol !== "http:") return { ok: false, reason: "method-refused" };
  // The URL parser has turned decimal, octal and hexadecimal forms of an address into the dotted one.
  const isLoopback = url.hostname === "127.0.0.1" || url.hostname === "localhost";
  const isLiteral = isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0;
  const grant = grants.find(({ host }) => host === hostOf(url));
  if (isLiteral && !(isLoopback && grant !== undefined)) return { ok: false, reason: "address-literal" };
  if (grant === undefined) return { ok: false, reason: "host-not-granted" };
  if (isLoopback && !options.allowLoopback) return { ok: false, reason: "address-literal" };
  if (!isLoopback && url.protocol !== "https:") return { ok: false, reason: "host-not-granted" };
  // A grant for PHI without an agreement is no grant (45 CFR 164.502(e)).
  if (grant.carries === "phi" && grant.baa === "none") return { ok: false, reason: "host-not-granted" };
  return { ok: true, target: { url, grant, isLoopback } };
}

/** The first address where every one may be reached, otherwise undefined: one bad answer taints the name. */
export function chooseAddress(addresses: readonly string[], isLoopback: boolean): string | undefined {
  const mayReach = (address: string): boolean => {
    const family = isIP(address);
    if (family === 0) return false;
    const kind = family === 4 ? "ipv4" : "ipv6";
    return isLoopback ? LOOPBACK.check(address, kind) : !NOT_PUBLIC.check(address, kind);
  };
  return addresses.every(mayReach) ? addresses[0] : undefined;
}

/** As a grant writes it: the port only where it is not 443, since that is what a grant without a port means. */
function hostOf(url: URL): string {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return port === "443" ? url.hostname : `${url.hostname}:${port}`;
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, network.includes(":") ? "ipv6" : "ipv4");
  return list;
}

const LOOPBACK = blockList([
  ["127.0.0.0", 8],
  ["::1", 128],
]);

/** IANA special-purpose registries (RFC 6890); also every form of IPv6 that wraps an IPv4 address. */
const NOT_PUBLIC = blockList([
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["::", 96],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
]);
