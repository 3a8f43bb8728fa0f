/** Fn::Cidr for IPv4 and IPv6: blocks of a size cut from the front of a larger one. */

const BLOCKS_MAX = 256;

/** Undefined where the arguments make no blocks. `hostBits` is what Fn::Cidr calls cidrBits. */
export function splitCidr(block: string, count: number, hostBits?: number): readonly string[] | undefined {
  const isV6 = block.includes(":");
  const width = isV6 ? 128 : 32;
  const [address, prefixText] = block.split("/");
  const base = address === undefined ? undefined : isV6 ? parseV6(address) : parseV4(address);
  const prefix = Number(prefixText);
  const bits = hostBits ?? (isV6 ? 64 : 8);
  if (base === undefined || !(prefix >= 0 && prefix <= width) || !(bits >= 0 && bits <= width - prefix))
    return undefined;
  if (!(Number.isInteger(count) && count >= 1 && count <= BLOCKS_MAX)) return undefined;
  const size = 1n << BigInt(bits);
  if (BigInt(count) * size > 1n << BigInt(width - prefix)) return undefined;
  const format = isV6 ? formatV6 : formatV4;
  return Array.from({ length: count }, (_, index) => `${format(base + BigInt(index) * size)}/${width - bits}`);
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function formatV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
}

function parseV6(text: string): bigint | undefined {
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const missing = 8 - before.length - after.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function formatV6(address: bigint): string {
  return Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - 16 * index)) & 65_535n).toString(16)).join(
    ":",
  );
}
