import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import type { Clock } from "@ward/core";
import { base64url, importJWK, SignJWT, UnsecuredJWT, type JWK } from "jose";
import { createTokenIssuer, type TokenIssuer, type TokenRequest } from "./bearer-token.ts";
import { loadTokenKey } from "./token-key.ts";

const newKey = (): JWK => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const NURSE: TokenRequest = {
  principal: { kind: "person", id: "nurse-a", roles: ["clinician"] },
  purpose: "TREAT",
  expiresInMinutes: 10,
};

let now = new Date("2026-03-01T12:00:00Z");
const clock: Clock = { now: () => now };
const key = newKey();
let tokens: TokenIssuer;
before(async () => {
  tokens = await createTokenIssuer({ key, issuer: "test.example", clock });
});

const refused = (reason: string) => ({ code: "unauthenticated", detail: { reason } });

describe("a token", () => {
  test("says who and why, for persons and services", async () => {
    const identity = await tokens.authenticate(`Bearer ${await tokens.issue(NURSE)}`);
    assert.equal(identity.purpose, "TREAT");
    assert.ok(identity.principal.kind === "person" && identity.principal.session?.id);
    assert.deepEqual(identity.principal, { ...NURSE.principal, session: { id: identity.principal.session.id } });
    const service = { ...NURSE, principal: { kind: "service", id: "portal" } } as const;
    const portal = await tokens.authenticate(`bearer ${await tokens.issue(service)}`);
    assert.deepEqual(portal.principal, { kind: "service", id: "portal" });
  });

  test("says session, device, assurance and why the glass was broken, and none of it in free text", async () => {
    const session = { id: "s-1", device: "cart-7", assurance: "aal2", breakGlass: "patient-incapacitated" } as const;
    const principal = { kind: "person", id: "nurse-a", roles: ["clinician"], session } as const;
    const emergency: TokenRequest = { principal, purpose: "ETREAT", expiresInMinutes: 10 };
    const identity = await tokens.authenticate(`Bearer ${await tokens.issue(emergency)}`);
    assert.deepEqual(identity, { principal, purpose: "ETREAT" });
    for (const request of [
      { ...emergency, purpose: "TREAT" },
      ...[{ breakGlass: "she was unconscious" }, { assurance: "high" }, { device: "Anna's tablet" }, { id: "a b" }].map(
        (changes) => ({ ...emergency, principal: { ...principal, session: { ...session, ...changes } } }),
      ),
    ]) {
      await assert.rejects(tokens.issue(request as TokenRequest), { code: "invalid-request" }, JSON.stringify(request));
    }
  });

  test("ends when it said, to the second", async () => {
    const token = await tokens.issue(NURSE);
    const start = now;
    now = new Date(start.getTime() + 599_000);
    await tokens.authenticate(`Bearer ${token}`);
    now = new Date(start.getTime() + 600_000);
    await assert.rejects(tokens.authenticate(`Bearer ${token}`), refused("expired"));
    now = start;
  });

  test("is not issued for a function, a strange id or role, an unknown purpose, or longer than a day", async () => {
    for (const request of [
      { ...NURSE, principal: { kind: "function", id: "lab-result" } },
      { ...NURSE, principal: { kind: "person", id: "a:b", roles: [] } },
      { ...NURSE, principal: { kind: "person", id: "", roles: [] } },
      { ...NURSE, principal: { kind: "person", id: "a", roles: ["x y"] } },
      { ...NURSE, purpose: "FUN" },
      { ...NURSE, expiresInMinutes: 24 * 60 + 1 },
      { ...NURSE, expiresInMinutes: 0 },
      { ...NURSE, expiresInMinutes: Number.NaN },
    ]) {
      await assert.rejects(tokens.issue(request as TokenRequest), { code: "invalid-request" }, JSON.stringify(request));
    }
  });

  test("that is known is still refused in a header that is none", async () => {
    const token = await tokens.issue(NURSE);
    await tokens.authenticate(`Bearer ${token}`);
    for (const header of [token, `Basic ${token}`, `Bearer  ${token}`, `Bearer ${token} `, `Bearer ${token}\n`]) {
      await assert.rejects(tokens.authenticate(header), refused("malformed"), header);
    }
  });

  test("in which any character was changed is refused", async () => {
    const token = await tokens.issue(NURSE);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "Q" : "A";
      const altered = token.slice(0, at) + other + token.slice(at + 1);
      await assert.rejects(tokens.authenticate(`Bearer ${altered}`), { code: "unauthenticated" }, `character ${at}`);
    }
  });
});

describe("authentication refuses", () => {
  const claims = { sub: "person:nurse-a", roles: ["admin"], purpose: "TREAT", jti: "1" };
  interface Forgery {
    readonly key?: JWK;
    readonly header?: object;
    readonly claims?: object;
    readonly issuer?: string;
    readonly audience?: string;
    readonly lasts?: number;
  }
  const forge = async (forgery: Forgery) => {
    const issued = Math.floor(now.getTime() / 1000);
    return await new SignJWT({ ...claims, ...forgery.claims })
      .setProtectedHeader({ alg: "EdDSA", typ: "ward+jwt", ...forgery.header })
      .setIssuer(forgery.issuer ?? "test.example")
      .setAudience(forgery.audience ?? "ward")
      .setIssuedAt(issued)
      .setNotBefore(issued)
      .setExpirationTime(issued + (forgery.lasts ?? 60))
      .sign(await importJWK(forgery.key ?? key, "EdDSA"));
  };

  test("what is not a bearer token", async () => {
    await assert.rejects(tokens.authenticate(undefined), refused("missing"));
    for (const header of [
      "Basic YTpi",
      "Bearer",
      "Bearer a.b",
      "Bearer a.b.c.d",
      `Bearer ${"a".repeat(5_000)}.b.c`,
      "Bearer  a.b.c",
    ]) {
      await assert.rejects(tokens.authenticate(header), refused("malformed"), header.slice(0, 20));
    }
  });

  test("another key, type, issuer, audience, and claims that make no identity; but takes what is all right", async () => {
    await tokens.authenticate(`Bearer ${await forge({})}`);
    for (const forgery of [
      { key: newKey() },
      { header: { typ: "JWT" } },
      { issuer: "other.example" },
      { audience: "other" },
      { lasts: -1 },
      { claims: { sub: "function:lab-result" } },
      { claims: { sub: "person:" } },
      { claims: { sub: "root" } },
      { claims: { purpose: "FUN" } },
      { claims: { roles: "admin" } },
      { claims: { roles: [7] } },
      { claims: { jti: undefined } },
    ]) {
      const token = await forge(forgery);
      await assert.rejects(
        tokens.authenticate(`Bearer ${token}`),
        { code: "unauthenticated" },
        JSON.stringify(forgery),
      );
    }
  });

  test("an unsigned token, and one signed with the public key as a shared secret", async () => {
    const unsigned = new UnsecuredJWT(claims).setIssuer("test.example").setAudience("ward").encode();
    await assert.rejects(tokens.authenticate(`Bearer ${unsigned}`), refused("malformed"));
    await assert.rejects(tokens.authenticate(`Bearer ${unsigned}AAAA`), refused("invalid"));
    const shared = base64url.decode(key.x ?? "");
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "ward+jwt" })
      .setIssuer("test.example")
      .setAudience("ward")
      .setExpirationTime(now.getTime())
      .sign(shared);
    await assert.rejects(tokens.authenticate(`Bearer ${confused}`), refused("invalid"));
  });
});

test("the signing key is made once, for its owner only, and anything else in its place is refused", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ward-token-"));
  try {
    const path = join(directory, "token.key");
    const [one, two] = await Promise.all([loadTokenKey(path), loadTokenKey(path)]);
    assert.deepEqual(one, two);
    assert.deepEqual(await loadTokenKey(path), one);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await chmod(path, 0o644);
    await assert.rejects(loadTokenKey(path), { code: "startup-failed" });
    await chmod(path, 0o600);
    await writeFile(path, (await readFile(path, "utf8")).slice(0, 60));
    await assert.rejects(loadTokenKey(path), { code: "startup-failed", detail: { reason: "token-key-damaged", path } });
  } finally {
    await rm(directory, { recursive: true });
  }
});
