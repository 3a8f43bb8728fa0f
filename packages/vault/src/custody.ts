/**
 * Custody of the root key: the one key that is not in the database. The vault hands it the tenant KEK to wrap, and
 * asks for it back when a node starts; root key and KEK together are what an attacker with a copy of the database
 * lacks (45 CFR 164.312(a)(2)(iv)). `custody-contract.ts` holds what every adapter is tested against; a PKCS#11 or
 * KMS adapter is another implementation of this port and changes nothing else.
 */

/**
 * Holds the root key.
 *
 * An implementation MUST authenticate `context` with the key, so that a wrapped key opens only for what it was wrapped
 * for. It MUST NOT let the root key leave it, write it or a wrapped key's plaintext to a log, an error or a file that
 * others can read, or keep the plaintext it was given. `unwrap` MUST NOT make a root key where there is none: a lost
 * root key is an error, never silently another one. Only `wrap` may establish it, once, without ever replacing an
 * existing one, and durably before it returns.
 *
 * Both throw `key-unavailable` with `detail.reason`: `no-root-key`, `other-root-key` (wrapped under another one), or
 * `wrapped-key-altered`, and reasons of the adapter's own where the root key can't be reached.
 *
 * A caller MUST ask `unwrap` first wherever a wrapped key exists, MUST persist what `wrap` returned before it uses the
 * wrapped key, and MUST overwrite plaintext keys after use.
 */
export interface RootKeyCustody {
  /** Adapter and strength in a sentence, for `ward doctor` and the start message. */
  readonly explanation: string;
  /** Whether the root key resists somebody who reads the node's disk. */
  readonly isProtected: boolean;
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
}
