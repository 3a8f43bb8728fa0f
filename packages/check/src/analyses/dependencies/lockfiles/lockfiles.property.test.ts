import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { positionOf } from "../../../source/source-text.ts";
import { placePackages } from "../dependency-tree.ts";
import { makeSbom } from "../sbom.ts";
import { inMemory, LOCKFILES, lockfileText, projectWith } from "../testing/project-files.ts";
import { withoutTrailingCommas } from "./bun-lock.ts";
import { readProjects } from "./read-lockfile.ts";

/** A cut, an insertion or a change anywhere in a text. */
function mutated(text: string): fc.Arbitrary<string> {
  return fc
    .record({
      at: fc.nat(text.length),
      drop: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom("{", "}", "[", '"', ":", ",", "\n", "&a ", "*a", "- "),
      ),
    })
    .map(({ at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop));
}

function readAll(name: string, text: string, files: Readonly<Record<string, string>>) {
  const all = { ...files, [name]: text };
  const { locked, problems } = readProjects(Object.keys(all), inMemory(all));
  for (const { lockfile } of locked) {
    const placed = placePackages(lockfile);
    for (const { locked: one } of placed) {
      for (const { key } of one.requires) assert.ok(lockfile.packages.has(key), `${key} is in the lockfile`);
    }
  }
  makeSbom({ projects: locked, licenceOf: () => undefined, matchesOf: () => [] });
  return problems;
}

describe("a changed lockfile", () => {
  for (const [manager, name, fixture] of LOCKFILES) {
    it(`of ${manager} is read, or its mistake is named with a line of the file`, () => {
      const text = lockfileText(fixture);
      const files = projectWith(name, fixture);
      fc.assert(
        fc.property(mutated(text), (changed) => {
          for (const { spot, message } of readAll(name, changed, files)) {
            assert.ok(message.length > 5);
            const { file, line } = positionOf(spot);
            assert.equal(file, name);
            assert.ok(line >= 1 && line <= changed.split("\n").length);
          }
        }),
        { numRuns: 80 },
      );
    });

    it(`of ${manager} may be anything at all`, () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
          readAll(name, text, { "package.json": "{}" });
        }),
        { numRuns: 80 },
      );
    });
  }
});

describe("commas after last items", () => {
  it("are the only thing that changes, whatever strings hold", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        assert.equal(withoutTrailingCommas(json), json);
        const withCommas = json.replaceAll(/(?<=[\d"\]}le])(?=[\]}])/g, (_match, at: number) =>
          inString(json, at) ? "" : ",",
        );
        assert.deepEqual(JSON.parse(withoutTrailingCommas(withCommas)), JSON.parse(json));
      }),
    );
  });
});

function inString(json: string, at: number): boolean {
  return (json.slice(0, at).replaceAll(/\\./g, "").match(/"/g)?.length ?? 0) % 2 === 1;
}
