/**
 * The text of a root key file: JSON with the format's version, how the key is kept (`open` or `sealed`), and a digest
 * over the rest that tells a damaged file from a wrong passphrase. The digest is no protection; the envelope is. The
 * scrypt parameters are stored, so that they can grow, and bounded when read, so that an altered file can neither
 * weaken the derivation unnoticed (the parameters are authenticated) nor exhaust memory.
 */
import { createHash, createSecretKey, randomBytes, scrypt, type KeyObject, type ScryptOptions } from "node:crypto";
import { WardError } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { ROOT_KEY_BYTES } from "./root-key.ts";

const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
const SCRYPT_MAX = { N: 2 ** 20, r: 16, p: 4 } as const;

interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
}

type Body =
  | { readonly version: 1; readonly kept: "open"; readonly key: string }
  | { readonly version: 1; readonly kept: "sealed"; readonly scrypt: ScryptParameters; readonly sealed: string };

export async function encodeRootKey(key: Buffer, passphrase: string | undefined): Promise<string> {
  if (passphrase === undefined) return withDigest({ version: 1, kept: "open", key: key.toString("base64") });
  const parameters = { ...SCRYPT, salt: randomBytes(16).toString("base64") };
  const sealed = sealEnvelope(await passphraseKey(passphrase, parameters), parametersAad(parameters), key);
  return withDigest({ version: 1, kept: "sealed", scrypt: parameters, sealed: sealed.toString("base64") });
}

/** Throws `key-unavailable`: `key-file-damaged`, `passphrase-missing`, `key-file-not-sealed` or `passphrase-wrong`. */
export async function decodeRootKey(text: string, passphrase: string | undefined): Promise<Buffer> {
  const body = parse(text);
  let key: Buffer | undefined;
  if (body.kept === "open") {
    // A passphrase says that this is production; an unsealed key there is a mistake to hear about, not to run with.
    if (passphrase !== undefined) throw unavailable("key-file-not-sealed");
    key = Buffer.from(body.key, "base64");
  } else {
    if (passphrase === undefined) throw unavailable("passphrase-missing");
    const sealed = Buffer.from(body.sealed, "base64");
    key = openEnvelope(await passphraseKey(passphrase, body.scrypt), parametersAad(body.scrypt), sealed);
    if (key === undefined) throw unavailable("passphrase-wrong");
  }
  if (key.length !== ROOT_KEY_BYTES) throw unavailable("key-file-damaged");
  return key;
}

function parse(text: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unavailable("key-file-damaged");
  }
  if (typeof value !== "object" || value === null) throw unavailable("key-file-damaged");
  const { digest, ...body } = value as { digest?: unknown } & Body;
  if (digest !== digestOf(body as Body)) throw unavailable("key-file-damaged");
  if ((body as Body).version !== 1) throw unavailable("key-file-version");
  if (!isBody(body)) throw unavailable("key-file-damaged");
  return body;
}

function isBody(body: Record<string, unknown>): body is Body & Record<string, unknown> {
  if (body.kept === "open") return typeof body.key === "string";
  if (body.kept !== "sealed" || typeof body.sealed !== "string") return false;
  const { N, r, p, salt } = (body.scrypt ?? {}) as Partial<ScryptParameters>;
  const isBounded = (value: unknown, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return (
    isBounded(N, SCRYPT.N, SCRYPT_MAX.N) &&
    isBounded(r, SCRYPT.r, SCRYPT_MAX.r) &&
    isBounded(p, SCRYPT.p, SCRYPT_MAX.p) &&
    Number.isInteger(Math.log2(N as number)) &&
    typeof salt === "string"
  );
}

/** NFKC, so that the same passphrase typed on another keyboard gives the same key (RFC 8265 §4.2). */
async function passphraseKey(passphrase: string, { N, r, p, salt }: ScryptParameters): Promise<KeyObject> {
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r * p + 2 ** 25 };
  const derived = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), Buffer.from(salt, "base64"), 32, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}

function parametersAad({ N, r, p, salt }: ScryptParameters): Buffer {
  return encodeFields("root key file", "scrypt", String(N), String(r), String(p), salt);
}

function withDigest(body: Body): string {
  return `${JSON.stringify({ ...body, digest: digestOf(body) })}\n`;
}

function digestOf(body: Body): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex");
}

function unavailable(reason: string): WardError {
  return new WardError("key-unavailable", { reason });
}
