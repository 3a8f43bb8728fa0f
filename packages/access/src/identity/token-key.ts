/**
 * The node's token signing key: an Ed25519 JWK in a file that only its owner reads, made on first use and never
 * overwritten. Losing it ends the tokens signed with it and nothing else.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, open, unlink } from "node:fs/promises";
import { WardError } from "@ward/core";
import type { JWK } from "jose";

/** Throws `startup-failed` with `detail.reason` where the file is no such key, or others can read it. */
export async function loadTokenKey(path: string): Promise<JWK> {
  const existing = await read(path);
  if (existing !== undefined) return existing;
  await create(path);
  const made = await read(path);
  if (made === undefined) throw refusal("token-key-missing", path);
  return made;
}

async function read(path: string): Promise<JWK | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      throw refusal("token-key-unreadable", path);
    },
  );
  if (file === undefined) return undefined;
  try {
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) throw refusal("token-key-permissions", path);
    if (size > 4_096) throw refusal("token-key-damaged", path);
    return parse(await file.readFile("utf8"), path);
  } finally {
    await file.close();
  }
}

function parse(text: string, path: string): JWK {
  try {
    const { kty, crv, d, x } = JSON.parse(text) as Record<string, unknown>;
    const isKey = kty === "OKP" && crv === "Ed25519" && typeof d === "string" && typeof x === "string";
    if (isKey && d.length === 43 && x.length === 43) return { kty, crv, d, x };
  } catch {
    // Not JSON; said below like any other damage, without the parser's message, which quotes the text.
  }
  throw refusal("token-key-damaged", path);
}

/** Complete under its name or not there: `link` fails where another process was first, whose key then counts. */
async function create(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${path}.${randomBytes(8).toString("hex")}.draft`;
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(`${JSON.stringify(privateKey.export({ format: "jwk" }))}\n`);
    await file.sync();
    await link(draft, path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  } finally {
    await file.close();
    await unlink(draft);
  }
}

function refusal(reason: string, path: string): WardError {
  return new WardError("startup-failed", { reason, path });
}
