import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ALLOWED_BY_DEFAULT, isLicenceAllowed } from "./licence.ts";
import { lookalikeOf } from "./lookalike.ts";
import { KNOWN_NEIGHBOURS, WELL_KNOWN_NAMES, WELL_KNOWN_SCOPES } from "./well-known-names.ts";

describe("a name that looks like a well-known one", () => {
  for (const [name, known] of [
    ["expresss", "express"],
    ["crossenv", "cross-env"],
    ["cross-env.js", undefined],
    ["loadsh", "lodash"],
    ["lodahs", "lodash"],
    ["mongose", "mongoose"],
    ["reqeust", "request"],
    ["socketio", "socket.io"],
    ["electorn", "electron"],
    ["cornmander", "commander"],
    ["@tpyes/node", "@types/node"],
    ["@type/node", "@types/node"],
    ["@bable/core", "@babel/core"],
    ["express", undefined],
    ["@types/express", undefined],
    ["fdir", undefined],
    ["chart2", undefined],
    ["hospital-lodash", undefined],
    ["@clinic/lodahs", undefined],
  ] as const) {
    it(`${name}: ${known ?? "is like none"}`, () => assert.equal(lookalikeOf(name), known));
  }

  it("is none of the table's own, nor of their known neighbours", () => {
    for (const name of [...WELL_KNOWN_NAMES, ...KNOWN_NEIGHBOURS]) assert.equal(lookalikeOf(name), undefined, name);
    for (const scope of WELL_KNOWN_SCOPES) assert.equal(lookalikeOf(`@${scope}/any`), undefined, scope);
  });

  it("is nowhere in this repository's own lockfile", () => {
    const text = readFileSync(new URL("../../../../../../package-lock.json", import.meta.url), "utf8");
    const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, unknown>> };
    const names = Object.keys(packages).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? []);
    assert.ok(names.length > 300);
    assert.deepEqual(
      names.filter((name) => lookalikeOf(name) !== undefined),
      [],
    );
  });

  it("is answered for any text", () => {
    fc.assert(fc.property(fc.string(), (name) => void lookalikeOf(name)));
  });
});

describe("a licence expression", () => {
  const allowed = new Set(ALLOWED_BY_DEFAULT);
  for (const [expression, answer] of [
    ["MIT", true],
    ["(MIT OR GPL-3.0-only)", true],
    ["MIT AND GPL-3.0-only", false],
    ["GPL-2.0-only WITH Classpath-exception-2.0", false],
    ["Apache-2.0 WITH LLVM-exception", true],
    ["MIT OR (Apache-2.0 AND AGPL-3.0-or-later)", true],
    ["MPL-2.0+", true],
    ["UNLICENSED", false],
    ["SEE LICENSE IN LICENSE.txt", undefined],
    ["(MIT", undefined],
    ["MIT OR", undefined],
    ["", undefined],
  ] as const) {
    it(`${expression || "(empty)"}: ${answer === undefined ? "is none" : answer ? "is allowed" : "is not"}`, () => {
      assert.equal(isLicenceAllowed(expression, allowed), answer);
    });
  }

  it("may be any text", () => {
    const word = fc.constantFrom("MIT", "GPL-3.0-only", "AND", "OR", "WITH", "(", ")", "+");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 300 }), (words) => void isLicenceAllowed(words.join(" "), allowed)),
    );
  });
});
