import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openState } from "@ward/platform";
import { APP } from "../fhir-conformance/server.ts";
import { startWard, type WardProcess } from "../ward-process.ts";
import { DELETED, newMemory, send, writeUntilDead, type Mark, type Memory, type Write } from "./fhir-writers.ts";

const ROUNDS = 4;
const WRITERS = 8;
const KILLED_WITHIN_MS = 3_000;

/** What the node says it holds: the marks of each record's versions, oldest first. */
type Held = ReadonlyMap<string, readonly Mark[]>;

describe("kill -9 of a node that writes FHIR", () => {
  const memory = newMemory();
  let stateDir: string;
  let ward: WardProcess;
  let ca: string;
  let token: string;

  const start = async (): Promise<void> => {
    ward = await startWard({ stateDir, flags: ["--app", APP, "--port", "0", "--mllp-port", "0"] });
    ca = await readFile(join(stateDir, "tls", "ca.pem"), "utf8");
  };
  before(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "ward-fault-"));
    await start();
    const state = await openState({ stateDir });
    token = await state.issueToken({ kind: "person", id: "load", roles: ["tester"] }, "TREAT", 60);
    await state.close();
  });
  after(async () => {
    await ward.end("SIGTERM");
    await rm(stateDir, { recursive: true, force: true });
  });

  for (let round = 1; round <= ROUNDS; round += 1) {
    it(`under load, round ${round}`, async (context) => {
      const killedAfterMs = 500 + randomInt(KILLED_WITHIN_MS);
      context.diagnostic(`killed after ${killedAfterMs} ms`);
      let isOver = false;
      const writers = Array.from(
        { length: WRITERS },
        async () => await writeUntilDead(ward, ca, token, memory, () => isOver),
      );
      const all = Promise.all(writers);
      all.catch(() => undefined);
      await new Promise((wake) => setTimeout(wake, killedAfterMs));
      await ward.end("SIGKILL");
      isOver = true;
      await all;
      await start();
      const held = await readEverything(ward, ca, token);
      const done = checkVersions(memory, held);
      await checkLedger(stateDir, memory, done);
      context.diagnostic(
        `${memory.acknowledged.length} acknowledged, ${memory.open.length} open, ${done.size} of those done`,
      );
      assert.ok(memory.acknowledged.length > 0);
    });
  }
});

/** Every version of every record, from the system's history, page by page. */
async function readEverything(ward: WardProcess, ca: string, token: string): Promise<Held> {
  const agent = new Agent({ keepAlive: true, ca });
  const held = new Map<string, Mark[]>();
  const seen = new Set<string>();
  for (let path: string | undefined = "_history?_count=500"; path !== undefined;) {
    const { status, body } = await send(ward.httpsPort, {
      method: "GET",
      path,
      token,
      agent,
      trace: randomBytes(16).toString("hex"),
    });
    assert.equal(status, 200, body.slice(0, 300));
    const bundle = JSON.parse(body) as HistoryBundle;
    for (const { fullUrl, resource, request, response } of bundle.entry ?? []) {
      const place = /Patient\/[^/]+$/.exec(fullUrl)?.[0] ?? fullUrl;
      const version = `${place}/${response.etag ?? resource?.meta.versionId ?? ""}`;
      assert.ok(!seen.has(version), `${version} is listed twice`);
      seen.add(version);
      const mark = request.method === "DELETE" ? DELETED : (resource?.identifier[0]?.value ?? "no mark");
      held.set(place, [mark, ...(held.get(place) ?? [])]);
    }
    const next: string | undefined = bundle.link?.find(({ relation }) => relation === "next")?.url;
    path = next?.replace(/^.*\/fhir\/R4\//, "");
  }
  agent.destroy();
  return held;
}

interface HistoryBundle {
  readonly entry?: readonly {
    readonly fullUrl: string;
    readonly resource?: {
      readonly meta: { readonly versionId: string };
      readonly identifier: readonly { readonly value: string }[];
    };
    readonly request: { readonly method: string };
    readonly response: { readonly etag?: string };
  }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}

/** Answers which of the open writes were done. */
function checkVersions(memory: Memory, held: Held): ReadonlySet<Write> {
  const done = new Set<Write>();
  const expected = new Map(memory.records.map(({ place, versions }) => [place, versions]));
  for (const [place, versions] of expected) {
    const found = held.get(place) ?? [];
    const open = memory.open.find(({ record }) => record?.place === place);
    const extra = found.slice(versions.length);
    assert.deepEqual(found.slice(0, versions.length), versions, `${place}: every acknowledged version, once, in order`);
    if (extra.length === 0) continue;
    assert.deepEqual(extra, open?.marks, `${place}: nothing but what was asked`);
    if (open !== undefined) done.add(open);
  }
  const others = [...held].filter(([place]) => !expected.has(place));
  for (const write of memory.open.filter(({ record }) => record === undefined)) {
    const made = others.filter(([, versions]) => versions.length === 1 && write.marks.includes(versions[0] ?? ""));
    assert.ok(
      made.length === 0 || made.length === write.marks.length,
      "an unanswered transaction is there whole, or not at all",
    );
    if (made.length > 0) done.add(write);
  }
  const asked = new Set(memory.open.flatMap(({ marks }) => marks));
  for (const [place, versions] of others)
    assert.ok(
      versions.every((mark) => asked.has(mark)),
      `${place} was never asked for`,
    );
  return done;
}

/** What was done has its entries, one for each record; what was not has none that says it was. */
async function checkLedger(stateDir: string, memory: Memory, done: ReadonlySet<Write>): Promise<void> {
  const state = await openState({ stateDir });
  try {
    for (const { trace, action, marks } of memory.acknowledged) {
      assert.equal(
        await state.countEntries(trace, { action, outcome: "success" }),
        marks.length,
        `entries of ${trace}`,
      );
    }
    for (const write of memory.open) {
      const entries = await state.countEntries(write.trace, { action: write.action, outcome: "success" });
      assert.equal(
        entries,
        done.has(write) ? write.marks.length : 0,
        `entries of ${write.trace}, which was not answered`,
      );
    }
    const report = await state.verifyLedger();
    assert.ok(report.ok, JSON.stringify(report));
  } finally {
    await state.close();
  }
}
