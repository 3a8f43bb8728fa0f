/**
 * Root key custody in one file of the node. With a passphrase (production) the file holds the root key sealed under
 * scrypt (RFC 7914; N=2^17, r=8, p=1: 128 MB and some tenths of a second per guess); without (development) it holds
 * the key itself and only the file's mode 0600 protects it, which `explanation` says aloud.
 *
 * The file is made by the first `wrap` and never overwritten: it appears complete under its name (`link` of a synced
 * file, which fails where the name exists) or not at all. A file that others can read, that another account owns, or
 * that does not match the presence of a passphrase is refused with `key-unavailable` and `detail.reason`.
 */
import { WardError } from "@ward/core";
import type { RootKeyCustody } from "./custody.ts";
import { createKeyFile, readKeyFile } from "./key-file.ts";
import { generateRootKeyBytes, rootKeyFrom, unwrapUnder, wrapUnder, type RootKey } from "./root-key.ts";
import { decodeRootKey, encodeRootKey } from "./sealed-root-key.ts";

export interface SealedFileOptions {
  readonly path: string;
  readonly passphrase?: string;
}

/** Reads and opens the file where it exists, so that a wrong passphrase shows at once; otherwise the first `wrap` makes it. */
export async function openSealedFile(options: SealedFileOptions): Promise<RootKeyCustody> {
  if (options.passphrase === "") throw new WardError("key-unavailable", { reason: "passphrase-empty" });
  let root = await load(options);
  return {
    isProtected: options.passphrase !== undefined,
    explanation:
      options.passphrase === undefined
        ? `Development: the root key lies unsealed in ${options.path}; whoever reads that file reads everything.`
        : `The root key lies in ${options.path}, sealed by a passphrase (scrypt).`,
    async wrap(key, context) {
      root ??= await establish(options);
      return wrapUnder(root, key, context);
    },
    async unwrap(wrapped, context) {
      root ??= await load(options);
      if (root === undefined) throw new WardError("key-unavailable", { reason: "no-root-key", path: options.path });
      return unwrapUnder(root, wrapped, context);
    },
  };
}

async function load(options: SealedFileOptions): Promise<RootKey | undefined> {
  const text = await readKeyFile(options.path);
  return text === undefined ? undefined : rootKeyFrom(await decodeRootKey(text, options.passphrase));
}

/** Where another process made the file first, its key is the root key and ours is forgotten. */
async function establish(options: SealedFileOptions): Promise<RootKey> {
  const bytes = generateRootKeyBytes();
  const created = await createKeyFile(options.path, await encodeRootKey(bytes, options.passphrase));
  if (created) return rootKeyFrom(bytes);
  bytes.fill(0);
  const existing = await load(options);
  if (existing === undefined) throw new WardError("key-unavailable", { reason: "no-root-key", path: options.path });
  return existing;
}
