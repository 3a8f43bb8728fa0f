import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHmac } from "node:crypto";
import { WardError, type Caller } from "@ward/core";
import type { Vault } from "@ward/vault";
import { carried, openCursor, sealCursor, type Cursor } from "./cursor.ts";

const CALLER: Caller = {
  principal: { kind: "function", id: "lab-result" },
  purpose: "TREAT",
  traceId: "0af7651916cd43dd8448eb211c80319c",
};
const CURSOR: Cursor = {
  query: "name=okafor&_sort=birthdate",
  after: { keys: [Infinity, "okafor", undefined, -2.5], sequence: 12345678901234567890n, lastUpdated: new Date(5) },
  now: new Date(7),
  total: 9,
};
const PATH = "Patient";

/** Authenticated, but not secret: what is sealed is the vault's own test. */
const vault = {
  sealToken: (domain: string, value: string) => `${Buffer.from(value).toString("base64url")}.${mac(domain, value)}`,
  openToken(domain: string, token: string) {
    const [text = "", tag] = token.split(".");
    const value = Buffer.from(text, "base64url").toString();
    return mac(domain, value) === tag ? value : undefined;
  },
} as Vault;

function mac(domain: string, value: string): string {
  return createHmac("sha256", "key")
    .update(JSON.stringify([domain, value]))
    .digest("base64url");
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.code;
  }
  return "nothing was thrown";
}

describe("A cursor", () => {
  const token = sealCursor(vault, { caller: CALLER, path: PATH }, CURSOR);

  it("comes back as it was, infinities and missing values too", () => {
    assert.deepEqual(openCursor(vault, { caller: CALLER, path: PATH }, token), CURSOR);
  });

  it("is refused to others: another principal, purpose, person behind a function, or path", () => {
    const others: readonly [Caller, string][] = [
      [{ ...CALLER, principal: { kind: "function", id: "other" } }, PATH],
      [{ ...CALLER, purpose: "HOPERAT" }, PATH],
      [{ ...CALLER, onBehalfOf: { kind: "person", id: "p", roles: [] } }, PATH],
      [CALLER, "Patient/1/Observation"],
    ];
    for (const [caller, path] of others) {
      assert.equal(
        codeOf(() => openCursor(vault, { caller, path }, token)),
        "access-denied",
      );
    }
  });

  it("is refused where it was changed or made by somebody else", () => {
    for (const bad of ["", "x", `${token}x`, token.slice(1)]) {
      assert.equal(
        codeOf(() => openCursor(vault, { caller: CALLER, path: PATH }, bad)),
        "invalid-request",
      );
    }
  });

  it("carries a long query as its digest", () => {
    assert.equal(carried("a".repeat(1_200)), "a".repeat(1_200));
    const long = { ...CURSOR, query: carried("a".repeat(100_000)) };
    const sealed = sealCursor(vault, { caller: CALLER, path: PATH }, long);
    assert.ok(sealed.length < 1_000);
    assert.deepEqual(openCursor(vault, { caller: CALLER, path: PATH }, sealed), long);
  });
});
