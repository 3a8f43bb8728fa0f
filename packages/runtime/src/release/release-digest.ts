/** Content addresses. A release's digest changes exactly when its code or its powers do. */
import { createHash } from "node:crypto";
import type { FunctionManifest } from "@ward/core";

/** `sha256:<hex>` over the bundle and the manifest in canonical form; the lengths keep the two apart. */
export function releaseDigest(bundle: string, manifest: FunctionManifest): string {
  const canonical = canonicalJson(manifest);
  return digestOf(`${Buffer.byteLength(bundle)}:${bundle}${Buffer.byteLength(canonical)}:${canonical}`);
}

export function bundleDigest(bundle: string): string {
  return digestOf(bundle);
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

/** Keys in code-unit order and no white space, as RFC 8785 §3.2.3; manifests hold no number that JSON writes in two ways. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
