import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect } from "@ward/postgres";
import { findNeedles, needlesOf, type Needle } from "./needles.ts";
import { readSamples, startTestNode, type Sample, type TestNode } from "./whole-node.ts";

/**
 * After the main job, nothing that the node left behind may hold a value of a sample patient: no row of any table, no
 * file of the state folder (the database's own files and its write-ahead log among them), no line that was told, no
 * notification. Each value is looked for as UTF-8, Latin-1, UTF-16, hex, and base64 at each of its three alignments.
 */
describe("a canary patient", () => {
  let ward: TestNode;
  let samples: readonly Sample[];
  let needles: readonly Needle[];
  let databaseRows: string;

  before(async () => {
    samples = await readSamples();
    needles = samples.flatMap(({ expected }) => expected.canaries).flatMap(needlesOf);
    ward = await startTestNode();
    await ward.send(samples.map(({ bytes }) => bytes));
    await ward.node.settled(30_000);
    databaseRows = await dumpDatabase(ward.stateDir);
  });
  after(() => ward.close());

  it("is in the samples, so that the search could find it", () => {
    for (const { name, bytes, expected } of samples) {
      const hits = findNeedles(bytes, expected.canaries.flatMap(needlesOf));
      assert.ok(hits.length > 0, `${name}: none of its canaries is in the message itself`);
    }
  });

  it("is in no row of any table, jobs included", () => {
    assert.ok(databaseRows.includes("graphile_worker"), "the job tables were looked at");
    assert.ok(databaseRows.includes("ledger.entry"), "the ledger was looked at");
    assert.deepEqual(findNeedles(Buffer.from(databaseRows, "utf8"), needles), []);
  });

  it("is in no file of the state folder or the run folder, as bytes, hex or base64", async () => {
    const runFolders = (await readdir(tmpdir()))
      .filter((name) => /^ward-(?!test)/.test(name))
      .map((name) => join(tmpdir(), name));
    let files = 0;
    for (const folder of [ward.stateDir, ...runFolders]) {
      for await (const path of filesBelow(folder)) {
        const bytes = await readFile(path).catch(() => undefined);
        if (bytes === undefined) continue;
        files += 1;
        assert.deepEqual(findNeedles(bytes, needles), [], path);
      }
    }
    assert.ok(files > 100, "the database's own files were looked at");
  });

  it("is in nothing that was told or sent", () => {
    const said = JSON.stringify([ward.events, ward.notifications]);
    assert.ok(said.includes("You have a new lab result"));
    assert.deepEqual(findNeedles(Buffer.from(said, "utf8"), needles), []);
  });
});

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Every row of every table as text, with `bytea` as hex, and also as the text that the bytes spell. */
async function dumpDatabase(stateDir: string): Promise<string> {
  const password = (await readFile(join(stateDir, "postgres.password"), "utf8")).trim();
  const host = (await readFile(join(stateDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[4] ?? "";
  const database = connect({ host, user: "ward", password, database: "ward" });
  try {
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const dumps: string[] = [];
    for (const { name } of tables) {
      const rows = await database.query<{ line: string }>(`select row_to_json(t)::text as line from ${name} t`);
      dumps.push(
        name,
        ...rows.map(({ line }) =>
          line.replaceAll(
            /\\\\x([0-9a-f]+)/g,
            (whole, hex: string) =>
              `${whole} ${Buffer.from(hex, "hex").toString("latin1")} ${Buffer.from(hex, "hex").toString("utf8")}`,
          ),
        ),
      );
    }
    return dumps.join("\n");
  } finally {
    await database.close();
  }
}
