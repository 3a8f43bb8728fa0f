import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { WardError } from "@ward/core";
import { custodyContract, unavailable } from "./custody-contract.ts";
import type { RootKeyCustody } from "./custody.ts";
import { openSealedFile } from "./sealed-file.ts";

let directory = "";
let count = 0;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "ward-custody-"));
});
after(async () => {
  await rm(directory, { recursive: true });
});

const freshPath = () => join(directory, String(count++), "root.key");
const paths = new WeakMap<RootKeyCustody, string>();

async function openAt(path: string, passphrase?: string): Promise<RootKeyCustody> {
  const custody = await openSealedFile(passphrase === undefined ? { path } : { path, passphrase });
  paths.set(custody, path);
  return custody;
}

for (const passphrase of [undefined, "correct horse battery staple"]) {
  custodyContract(`key file ${passphrase === undefined ? "without" : "with"} a passphrase`, {
    fresh: () => openAt(freshPath(), passphrase),
    reopen: (custody) => openAt(paths.get(custody) ?? "", passphrase),
  });
}

describe("a root key file", () => {
  test("is made by the first wrap and not by opening", async () => {
    const path = freshPath();
    const custody = await openAt(path);
    await assert.rejects(stat(path), { code: "ENOENT" });
    await custody.wrap(randomBytes(32), "c");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(path, "..")), ["root.key"], "no draft stays behind");
  });

  test("is never overwritten, also when two processes make it at once", async () => {
    const path = freshPath();
    const [one, two] = [await openAt(path), await openAt(path)];
    const [byOne, byTwo] = await Promise.all([one.wrap(Buffer.of(1), "c"), two.wrap(Buffer.of(2), "c")]);
    const text = await readFile(path, "utf8");
    const third = await openAt(path);
    assert.deepEqual(Buffer.from(await third.unwrap(byOne, "c")), Buffer.of(1));
    assert.deepEqual(Buffer.from(await third.unwrap(byTwo, "c")), Buffer.of(2));
    await third.wrap(Buffer.of(3), "c");
    assert.equal(await readFile(path, "utf8"), text);
  });

  test("says aloud that it is unsealed, and that it is sealed", async () => {
    const open = await openAt(freshPath());
    assert.equal(open.isProtected, false);
    assert.match(open.explanation, /unsealed/);
    const sealed = await openAt(freshPath(), "p");
    assert.equal(sealed.isProtected, true);
    assert.doesNotMatch(sealed.explanation, /unsealed/);
  });

  test("holds neither passphrase nor key in the clear when it is sealed", async () => {
    const path = freshPath();
    await (await openAt(path, "correct horse")).wrap(randomBytes(32), "c");
    const file = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(file).sort(), ["digest", "kept", "scrypt", "sealed", "version"]);
    assert.equal(JSON.stringify(file).includes("correct horse"), false);
    const { N, r, p } = file["scrypt"] as Record<string, number>;
    assert.deepEqual({ N, r, p }, { N: 2 ** 17, r: 8, p: 1 });
  });

  test("takes a passphrase typed in another Unicode form as the same", async () => {
    const path = freshPath();
    const wrapped = await (await openAt(path, "Käse ﬁn")).wrap(Buffer.of(9), "c");
    const reopened = await openAt(path, "Ka\u0308se fin");
    assert.deepEqual(Buffer.from(await reopened.unwrap(wrapped, "c")), Buffer.of(9));
  });
});

describe("opening a root key file refuses", () => {
  async function made(passphrase?: string): Promise<string> {
    const path = freshPath();
    await (await openAt(path, passphrase)).wrap(randomBytes(32), "c");
    return path;
  }

  test("a wrong passphrase, and tells it from a damaged file", async () => {
    const path = await made("right");
    await assert.rejects(openAt(path, "wrong"), unavailable("passphrase-wrong"));
  });

  test("an empty passphrase", async () => {
    await assert.rejects(openAt(freshPath(), ""), unavailable("passphrase-empty"));
  });

  test("a sealed file without a passphrase, and an unsealed one with", async () => {
    await assert.rejects(openAt(await made("p")), unavailable("passphrase-missing"));
    await assert.rejects(openAt(await made(), "p"), unavailable("key-file-not-sealed"));
  });

  test("a file cut off at any length, and never replaces it", async () => {
    const path = await made();
    const { size } = await stat(path);
    // The last byte is the line's end; without it the file is still whole.
    for (let length = size - 2; length >= 0; length -= 7) {
      await truncate(path, length);
      await assert.rejects(openAt(path), unavailable("key-file-damaged"));
      assert.equal((await stat(path)).size, length);
    }
  });

  test("a file in which any character was changed", async () => {
    const path = await made();
    const text = await readFile(path, "utf8");
    for (let at = 0; at < text.length - 1; at++) {
      const other = text[at] === "0" ? "1" : "0";
      await writeFile(path, text.slice(0, at) + other + text.slice(at + 1));
      await assert.rejects(openAt(path), unavailable(), `character ${at}`);
    }
  });

  test("weakened or ruinous scrypt parameters, even with the digest made to fit", async () => {
    const path = await made("p");
    const { digest, ...body } = JSON.parse(await readFile(path, "utf8")) as { digest: string; scrypt: object };
    assert.equal(typeof digest, "string");
    const { createHash } = await import("node:crypto");
    for (const change of [{ N: 2 }, { N: 2 ** 30 }, { N: 2 ** 17 + 1 }, { r: 1 }, { p: 1e9 }, { salt: 7 }]) {
      const forged = { ...body, scrypt: { ...body.scrypt, ...change } };
      const fit = createHash("sha256").update(JSON.stringify(forged)).digest("hex");
      await writeFile(path, JSON.stringify({ ...forged, digest: fit }));
      await assert.rejects(openAt(path, "p"), unavailable("key-file-damaged"), JSON.stringify(change));
    }
    const stronger = { ...body, scrypt: { ...body.scrypt, N: 2 ** 18 } };
    const fit = createHash("sha256").update(JSON.stringify(stronger)).digest("hex");
    await writeFile(path, JSON.stringify({ ...stronger, digest: fit }));
    await assert.rejects(openAt(path, "p"), unavailable("passphrase-wrong"));
  });

  test("a file that group or world can read", async () => {
    const path = await made();
    for (const mode of [0o640, 0o604, 0o660, 0o610]) {
      await chmod(path, mode);
      await assert.rejects(openAt(path), unavailable("key-file-permissions"), mode.toString(8));
    }
    await chmod(path, 0o600);
    await openAt(path);
  });

  test("a link, a directory, and a file too large to be one", async () => {
    const path = await made();
    const linked = join(directory, "linked.key");
    await symlink(path, linked);
    await assert.rejects(openAt(linked), unavailable("key-file-is-link"));
    await assert.rejects(openAt(directory), unavailable());
    await writeFile(path, " ".repeat(5_000), { mode: 0o600 });
    await assert.rejects(openAt(path), unavailable("key-file-damaged"));
  });

  test("with an error that names the reason and holds no key", async () => {
    const path = await made("right");
    const error = await openAt(path, "wrong-passphrase").then(
      () => assert.fail("opened"),
      (thrown: unknown) => thrown as WardError,
    );
    assert.equal(JSON.stringify([error.detail, error.message, error.stack]).includes("wrong-passphrase"), false);
    assert.equal(error.cause, undefined);
  });
});
