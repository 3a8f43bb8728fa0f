/**
 * What can be asked of a state folder with or without a running node: the ledger's verdict, what waits for an operator,
 * the releases, tokens. It reads through the same rooms as the node and decrypts no record.
 */
import { request } from "node:http";
import { WardError } from "@ward/core";
import { EXIT_STATUSES, verifierKey, verify } from "@ward/ledger";
import { listWaiting, type FunctionStatus } from "@ward/runtime";
import type { EventLine, FunctionLine, LedgerReport, WardState } from "./contract.ts";
import { openFoundation, type Foundation, type FoundationOptions } from "./foundation.ts";
import { openAuditDesk } from "./audit-desk.ts";
import { ledgerKeysOf } from "./ledger-keys.ts";
import { retentionOf } from "./ledger-retention.ts";
import { askRunningNode } from "./state-dir.ts";

/** Job that a node runs for a command that found no node running. */
export const REPLAY_TASK = "replay-event";
export interface ReplayRequest {
  readonly id: string;
}

export async function openState(options: FoundationOptions): Promise<WardState> {
  const foundation = await openFoundation(options);
  return stateOf(foundation, async (id) => await replayElsewhere(foundation, id));
}

type Replay = (id: string) => Promise<{ readonly ok: boolean; readonly text: string }>;

export function stateOf(foundation: Foundation, replay: Replay): WardState {
  const { database, ledger, vault, tokens } = foundation;
  const desk = openAuditDesk(foundation);
  return {
    audit: desk.audit,
    retention: retentionOf(foundation),
    ledgerKeys: ledgerKeysOf(foundation),
    verifyLedger: async (onProgress) => await report(foundation, onProgress),
    async countEntries(traceId, only) {
      const action = only === undefined ? {} : { action: only.action };
      const found = await ledger.entries({ traceId, limit: 10_000, ...action });
      return found.filter(({ entry }) => only === undefined || entry.outcome === only.outcome).length;
    },
    events: {
      list: async () => (await listWaiting(database)).map(eventLine),
      replay,
    },
    async functions() {
      const running = await askRunningNode(foundation.dir);
      if (running !== undefined) return running.functions;
      return await knownFunctions(foundation);
    },
    issueToken: async (principal, purpose, expiresInMinutes) => {
      if (principal.kind === "function") throw new WardError("invalid-request", { reason: "identity" });
      return await tokens.issue({ principal, purpose, expiresInMinutes });
    },
    async putSecret(name, value) {
      await database.transaction(async (tx) => {
        await vault.putSecret(tx, name, value);
        await desk.noteSecret(name, tx);
      });
    },
    close: async () => await foundation.close(),
  };
}

export function functionLine({
  name,
  trigger,
  release,
  instances,
  invocations,
  failures,
}: FunctionStatus): FunctionLine {
  return { name, trigger, release, instances, invocations, failures };
}

async function report(
  { database, vault, ledgerStore }: Foundation,
  onProgress?: (done: number, total: number) => void,
): Promise<LedgerReport> {
  const { publicKey, name, former = [] } = vault.ledgerSigner;
  const verdict = await verify(database, {
    publicKey,
    origin: name,
    former,
    store: ledgerStore,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (verdict.ok) {
    const [row] = await database.query<{ note: string }>(
      "select note from ledger.checkpoint order by size desc limit 1",
    );
    const { entries, published = 0, minimum } = verdict;
    const begins = minimum === undefined ? {} : { minimum };
    return {
      ok: true,
      entries,
      checkpoint: row?.note ?? "",
      published,
      ...begins,
      key: verifierKey({ name, publicKey }),
    };
  }
  const [row] = await database.query<{ entries: bigint }>("select count(*) as entries from ledger.entry");
  const { kind, index } = verdict.problem;
  const place = "path" in verdict.problem ? { path: verdict.problem.path } : {};
  const exitStatus = EXIT_STATUSES[kind];
  return { ok: false, entries: Number(row?.entries ?? 0n), problem: kind, index, exitStatus, ...place };
}

function eventLine(waiting: Awaited<ReturnType<typeof listWaiting>>[number]): EventLine {
  const { id, kind, reason, at, attempts } = waiting;
  const state = kind === "message" ? "quarantined" : "failed";
  return { id, kind, function: waiting.function, reason, since: at.toISOString(), attempts, state };
}

/** The newest release of each name; nothing runs. */
async function knownFunctions({ database }: Foundation): Promise<readonly FunctionLine[]> {
  const rows = await database.query<{ name: string; digest: string; trigger: string }>(
    `select distinct on (name) name, digest, manifest->'trigger'->>'kind' as trigger
       from runtime.release order by name, created_at desc`,
  );
  return rows.map(({ name, digest, trigger }) => ({
    name,
    trigger,
    release: digest,
    instances: 0,
    invocations: 0,
    failures: 0,
  }));
}

/** Asks the running node; where none runs, leaves a job for the next one. */
async function replayElsewhere(foundation: Foundation, id: string): ReturnType<Replay> {
  const { dir, database, jobs } = foundation;
  if ((await askRunningNode(dir)) !== undefined) return await askNodeToReplay(dir.adminSocket, id);
  const known = (await listWaiting(database)).some((waiting) => waiting.id === id);
  if (!known) throw new WardError("not-found", { id });
  await database.transaction(
    async (tx) => await jobs.enqueue(tx, { task: REPLAY_TASK, payload: { id }, key: `replay:${id}`, maxAttempts: 3 }),
  );
  return { ok: true, text: "no node is running: it is replayed when one starts" };
}

async function askNodeToReplay(socketPath: string, id: string): ReturnType<Replay> {
  return await new Promise((settle, fail) => {
    const path = `/replay/${encodeURIComponent(id)}`;
    const asked = request({ socketPath, path, method: "POST", timeout: 60_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => {
        const answer = JSON.parse(body) as { ok: boolean; text: string; code?: string };
        if (answer.code === "not-found") fail(new WardError("not-found", { id }));
        else settle({ ok: answer.ok, text: answer.text });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", () => fail(new WardError("function-unavailable", { reason: "node-does-not-answer" })));
    asked.end();
  });
}
