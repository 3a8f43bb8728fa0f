/** A root key in memory, for tests: the fake behind the custody port. Gone with the process unless it is given one. */
import { WardError } from "@ward/core";
import type { RootKeyCustody } from "./custody.ts";
import { generateRootKeyBytes, rootKeyFrom, unwrapUnder, wrapUnder, type RootKey } from "./root-key.ts";

export function memoryCustody(rootKey?: Uint8Array): RootKeyCustody {
  let root: RootKey | undefined = rootKey === undefined ? undefined : rootKeyFrom(Buffer.from(rootKey));
  return {
    isProtected: false,
    explanation: "Test: the root key is in memory only.",
    async wrap(key, context) {
      root ??= rootKeyFrom(generateRootKeyBytes());
      return wrapUnder(root, key, context);
    },
    async unwrap(wrapped, context) {
      if (root === undefined) throw new WardError("key-unavailable", { reason: "no-root-key" });
      return unwrapUnder(root, wrapped, context);
    },
  };
}
