import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { makeZip } from "../testing/zip.ts";
import { indexArchive, indexPathOf, readFromArchive } from "./osv-archive.ts";
import { readOsvDirectory } from "./osv-directory.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-osv-"));
after(() => rmSync(folder, { recursive: true }));

function record(id: string, name: string): string {
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }] }];
  return JSON.stringify({ id, affected: [{ package: { ecosystem: "npm", name }, ranges }] });
}

function made(files: Readonly<Record<string, string | Buffer>>): string {
  const at = mkdtempSync(join(folder, "case-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(at, name, ".."), { recursive: true });
    writeFileSync(join(at, name), content);
  }
  return at;
}

const RECORDS = {
  "GHSA-1.json": record("GHSA-1", "lodash"),
  "GHSA-2.json": record("GHSA-2", "express"),
  "x.txt": "no",
};

async function idsIn(at: string, ...names: readonly string[]): Promise<readonly string[]> {
  const osv = await readOsvDirectory(at, new Set(names));
  return [...(osv?.advisories.values() ?? [])].flat().map(({ id }) => id);
}

describe("OSV's data in a directory", () => {
  it("is read from records as files and from archives, packed or not, as deep as they lie", async () => {
    const at = made({
      "GHSA-3.json": record("GHSA-3", "lodash"),
      "npm/all.zip": makeZip(RECORDS),
      "more/deep/old.zip": makeZip({ "GHSA-4.json": record("GHSA-4", "lodash") }, true),
    });
    assert.deepEqual((await idsIn(at, "lodash")).toSorted(), ["GHSA-1", "GHSA-3", "GHSA-4"]);
    assert.deepEqual(await idsIn(at, "express"), ["GHSA-2"]);
    assert.deepEqual(await idsIn(at, "constructor", "__proto__"), []);
  });

  it("gives the same with an index, and does not trust the index of another archive", async () => {
    const at = made({ "all.zip": makeZip(RECORDS) });
    const archive = join(at, "all.zip");
    const { text, records } = await indexArchive(archive);
    assert.equal(records, 2);
    const swapped = text.replace('"lodash":[0]', '"lodash":[1]');
    assert.notEqual(swapped, text);
    writeFileSync(indexPathOf(archive), swapped);
    const [fromIndex] = (await readFromArchive(archive, new Set(["lodash"]))) as readonly { id: string }[];
    assert.equal(fromIndex?.id, "GHSA-2", "the index is what was read");
    appendFileSync(archive, "");
    writeFileSync(archive, makeZip({ ...RECORDS, "GHSA-5.json": record("GHSA-5", "lodash") }));
    const found = (await readFromArchive(archive, new Set(["lodash"]))) as readonly { id: string }[];
    assert.deepEqual(found.map(({ id }) => id).toSorted(), ["GHSA-1", "GHSA-5"]);
  });

  it("names a file that can't be read, and reads the rest", async () => {
    const at = made({ "a.json": record("GHSA-1", "lodash"), "b.json": '{ "npm" ', "c.zip": "PK nothing" });
    const osv = await readOsvDirectory(at, new Set(["lodash"]));
    assert.equal(osv?.advisories.get("lodash")?.length, 1);
    assert.deepEqual(
      osv?.problems.map(({ file }) => file.slice(-6)),
      ["b.json", "/c.zip"],
    );
  });

  it("is none where there is no such directory or nothing in it", async () => {
    assert.equal(await readOsvDirectory(join(folder, "nowhere"), new Set()), undefined);
    assert.equal(await readOsvDirectory(made({ "readme.txt": "x" }), new Set()), undefined);
  });

  it("knows how likely an attack is, from EPSS as CSV, packed or not", async () => {
    const csv = "#model_version:v2025.03.14,score_date:2027-01-30\ncve,epss,percentile\nCVE-2021-23337,0.01234,0.85\n";
    for (const files of [{ "epss.csv": csv }, { "epss_scores.csv.gz": gzipSync(csv) }]) {
      const osv = await readOsvDirectory(made(files), new Set());
      assert.equal(osv?.epssOf("CVE-2021-23337"), 0.01234);
      assert.equal(osv?.epssOf("CVE-2021-2333"), undefined);
      assert.equal(osv?.epssOf("cve,epss"), undefined);
    }
  });
});
