import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { makeZip } from "../testing/zip.ts";
import { readOsvDirectory } from "./osv-directory.ts";
import { DatabaseUpdateError, updateDatabase, type UpdateOptions } from "./update-database.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-osv-update-"));
after(() => rmSync(folder, { recursive: true }));

const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }] }];
const ARCHIVE = makeZip({
  "GHSA-1.json": JSON.stringify({
    id: "GHSA-1",
    affected: [{ package: { ecosystem: "npm", name: "lodash" }, ranges }],
  }),
});
const EPSS = gzipSync("cve,epss,percentile\nCVE-2021-23337,0.01,0.8\n");

const serveAll: RequestListener = (request, response) => {
  if (request.url === "/all.zip") response.end(ARCHIVE);
  else if (request.url === "/epss.csv.gz") response.end(EPSS);
  else response.writeHead(404).end();
};

/** Runs an update against a server on the loopback interface. */
async function update(listener: RequestListener, more: Partial<UpdateOptions> = {}): Promise<string> {
  const into = more.folder ?? mkdtempSync(join(folder, "case-"));
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await updateDatabase({
      folder: into,
      osvUrl: `http://127.0.0.1:${port}/all.zip`,
      epssUrl: `http://127.0.0.1:${port}/epss.csv.gz`,
      isOffline: false,
      onProgress: () => {},
      ...more,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return into;
}

async function refused(listener: RequestListener, more: Partial<UpdateOptions> = {}): Promise<string> {
  try {
    await update(listener, more);
  } catch (thrown) {
    assert.ok(thrown instanceof DatabaseUpdateError, String(thrown));
    return thrown.message;
  }
  return assert.fail("it was taken");
}

describe("an update of the database", () => {
  it("brings the archive, its index and the scores, and says how far it is", async () => {
    const seen: string[] = [];
    const into = await update(serveAll, { onProgress: (what) => seen.push(what) });
    assert.deepEqual(readdirSync(into, { recursive: true, encoding: "utf8" }).toSorted(), [
      "epss_scores.csv.gz",
      "npm",
      "npm/all.zip",
      "npm/all.zip.index.json",
    ]);
    assert.deepEqual([...new Set(seen)], ["vulnerabilities", "index", "EPSS scores"]);
    const osv = await readOsvDirectory(into, new Set(["lodash"]));
    assert.equal(osv?.advisories.get("lodash")?.[0]?.id, "GHSA-1");
    assert.equal(osv?.epssOf("CVE-2021-23337"), 0.01);
  });

  for (const [what, listener, message] of [
    ["answers with an error", (_: unknown, response) => void response.writeHead(503).end(), /answered 503/],
    ["sends something else", (_: unknown, response) => void response.end("<html>"), /no archive of OSV records/],
    [
      "sends an archive of nothing",
      (_: unknown, response) => void response.end(makeZip({ "readme.txt": "x" })),
      /holds no OSV records/,
    ],
    [
      "breaks off",
      (_: unknown, response) => {
        response.writeHead(200, { "content-length": String(ARCHIVE.length) });
        response.write(ARCHIVE.subarray(0, 20), () => response.destroy());
      },
      /could not be fetched/,
    ],
    [
      "sends more than it may, whatever it says",
      (_: unknown, response) => {
        response.writeHead(200, { "transfer-encoding": "chunked" });
        response.end(Buffer.alloc(50_000));
      },
      /larger than 10000 bytes/,
    ],
  ] as const satisfies readonly (readonly [string, RequestListener, RegExp])[]) {
    it(`leaves what was there where the server ${what}`, async () => {
      const into = mkdtempSync(join(folder, "kept-"));
      mkdirSync(join(into, "npm"));
      writeFileSync(join(into, "npm/all.zip"), "as it was");
      assert.match(await refused(listener, { folder: into, archiveMaxBytes: 10_000 }), message);
      assert.equal(readFileSync(join(into, "npm/all.zip"), "utf8"), "as it was");
      assert.deepEqual(readdirSync(join(into, "npm")), ["all.zip"]);
    });
  }

  it("says so where nothing answers, and fetches nothing in the clear from elsewhere", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const nowhere = { osvUrl: `https://127.0.0.1:${port}/all.zip` };
    assert.match(await refused(serveAll, nowhere), /nothing answers there/);
    assert.match(await refused(serveAll, { osvUrl: "http://osv.clinic.example/all.zip" }), /only https/);
  });

  it("writes the index of what was brought by hand without any network", async () => {
    const into = mkdtempSync(join(folder, "air-gap-"));
    const missing = await refused(serveAll, { folder: into, isOffline: true });
    assert.match(missing, /There is no .*all\.zip/);
    writeFileSync(join(into, "npm/all.zip"), ARCHIVE);
    await update((_, response) => void response.destroy(), { folder: into, isOffline: true });
    assert.ok(existsSync(join(into, "npm/all.zip.index.json")));
  });
});
