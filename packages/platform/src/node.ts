/**
 * One Ward node: the order in which rooms are opened, and closed again in reverse. A node that cannot start leaves no
 * process, no socket and no half-made state behind, and says in one error what was in the way.
 */
import { asWardError, newTraceId, systemClock, WardError } from "@ward/core";
import { createLocalCa, type HttpGateway, type LocalCa, type MllpServer } from "@ward/gateway";
import { openWorkerdHost } from "@ward/isolate";
import { cosignWith, type Publisher, type Sequencer } from "@ward/ledger";
import type { JobWorker } from "@ward/postgres";
import type { InstanceHost } from "@ward/runtime";
import { serveAdminSocket, type AdminServer } from "./admin-socket.ts";
import { openAuditFeeds, type AuditFeeds } from "./audit-feeds.ts";
import type { FunctionLine, NodeEvent, NodeOptions, WardNode } from "./contract.ts";
import { openEdition } from "./edition.ts";
import { openFoundation, type Foundation } from "./foundation.ts";
import { collectWhenIdle } from "./idle-collection.ts";
import { catchUpRetention, RETENTION_CRON, RETENTION_TASK, retentionTask } from "./ledger-retention.ts";
import { readWitnesses } from "./ledger-store.ts";
import { current, mllpUrl, openGateway, openMllp, type Parts } from "./listeners.ts";
import { functionLine, REPLAY_TASK, stateOf, type ReplayRequest } from "./state.ts";
import { askRunningNode, openStateDir, removeRunFolder } from "./state-dir.ts";

const OPERATOR = { kind: "service", id: "operator" } as const;
const JOB_CONCURRENCY = 8;
const SEQUENCER_INTERVAL_MS = 200;
const LEDGER_MAX_LAG_MS = 300_000;

export async function startNode(options: NodeOptions): Promise<WardNode> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    return await open(options, (close) => closers.push(close));
  } catch (thrown) {
    for (const close of closers.toReversed()) await close().catch(() => undefined);
    throw thrown;
  }
}

async function open(options: NodeOptions, onClose: (close: () => Promise<unknown>) => void): Promise<WardNode> {
  const tell = options.onEvent ?? (() => undefined);
  const step = timer(tell);
  const dir = openStateDir(options.stateDir);
  onClose(async () => removeRunFolder(dir));
  const other = await askRunningNode(dir);
  if (other !== undefined) throw new WardError("startup-failed", { reason: "already-running", pid: other.pid });

  const ca = await createLocalCa({ dir: dir.tls, clock: systemClock });
  const parts: Parts = { edition: undefined, foundation: undefined, isReady: false };
  const gateway = await openGateway(options, ca, parts, tell);
  onClose(() => gateway.close());
  const url = `https://localhost:${gateway.port}`;
  step("gateway");

  const foundation = await openFoundation({ ...options, onNotice: (text) => tell({ kind: "notice", text }) });
  onClose(() => foundation.close());
  parts.foundation = foundation;
  step("database, keys and ledger");

  const host = await openWorkerdHost();
  onClose(() => host.close());
  requireConfinement(host, options);
  step("confinement");

  const editionOptions = {
    appDir: options.appDir,
    foundation,
    host,
    publicUrl: url,
    allowLoopback: options.development,
    tell,
  };
  parts.edition = await openEdition(editionOptions);
  onClose(async () => await parts.edition?.runtime.close());
  step("app");

  const sequencer = foundation.ledger.startSequencer({
    intervalMs: SEQUENCER_INTERVAL_MS,
    onError: (error) => tell({ kind: "failure", code: asWardError(error).code, where: "ledger sequencer" }),
  });
  onClose(() => sequencer.stop());
  const publisher = startPublication(foundation, options, tell);
  onClose(() => publisher.stop());
  const feeds = openAuditFeeds(foundation, tell);
  feeds.follow(current(parts).config);
  onClose(() => feeds.close());
  const worker = await startJobs(foundation, parts, tell);
  onClose(() => worker.stop());
  const mllp = await openMllp(options, ca, parts, tell);
  onClose(() => mllp.close());
  const status = () => ({ pid: process.pid, https: url, mllp: mllpUrl(options, mllp), functions: functionsOf(parts) });
  const admin = await serveAdminSocket(dir.adminSocket, { status, replay: async (id) => await replay(parts, id) });
  onClose(() => admin.close());
  const endCollecting = collectWhenIdle();
  onClose(async () => endCollecting());
  parts.isReady = true;
  step("ready");
  return assemble({
    options,
    ca,
    gateway,
    mllp,
    foundation,
    host,
    sequencer,
    publisher,
    worker,
    feeds,
    admin,
    endCollecting,
    parts,
    editionOptions,
    tell,
  });
}

/** The ledger outside the database: where it cannot be written for long, acts stop. */
function startPublication(
  { database, ledger, ledgerStore }: Foundation,
  { witnesses = [], ledgerMaxLagMs = LEDGER_MAX_LAG_MS }: NodeOptions,
  tell: (event: NodeEvent) => void,
): Publisher {
  const failed = (where: string, code: string): void => tell({ kind: "failure", code, where });
  const addresses = readWitnesses(witnesses);
  const onFailure = (witness: string, why: string): void => failed(`ledger witness ${witness}: ${why}`, "internal");
  return ledger.startPublisher(ledgerStore, {
    maxLagMs: ledgerMaxLagMs,
    onError: (error) => failed(`ledger publication to ${ledgerStore.place}`, asWardError(error).code),
    ...(addresses.length > 0 && { cosign: cosignWith({ database, witnesses: addresses, onFailure }) }),
  });
}

async function startJobs(foundation: Foundation, parts: Parts, tell: (event: NodeEvent) => void): Promise<JobWorker> {
  await catchUpRetention(foundation);
  const { runtime } = current(parts);
  const names = Object.keys(runtime.tasks);
  return await foundation.jobs.startWorker({
    tasks: {
      ...Object.fromEntries(
        names.map((name) => [name, async (payload) => await current(parts).runtime.tasks[name]?.(payload)]),
      ),
      [RETENTION_TASK]: retentionTask(foundation, tell),
      [REPLAY_TASK]: async (payload) => {
        await replay(parts, String((payload as unknown as ReplayRequest).id));
      },
    },
    cron: [
      RETENTION_CRON,
      ...runtime.cron.map(({ task, cron, payload, identifier }) => ({
        task,
        match: cron,
        payload: payload as Readonly<Record<string, string>>,
        identifier,
      })),
    ],
    concurrency: JOB_CONCURRENCY,
    onFailure: ({ task, code }) => tell({ kind: "failure", code, where: `job ${task}` }),
  });
}

async function replay(parts: Parts, id: string): Promise<{ readonly ok: boolean; readonly text: string }> {
  const { outcome, kind } = await current(parts).runtime.events.replay(id, {
    principal: OPERATOR,
    traceId: newTraceId(),
  });
  const text = {
    filed: "filed",
    queued: "in the queue again; it runs within seconds",
    failed: `the ${kind} failed again and still waits`,
  }[outcome];
  return { ok: outcome !== "failed", text };
}

interface Assembled {
  readonly options: NodeOptions;
  readonly ca: LocalCa;
  readonly gateway: HttpGateway;
  readonly mllp: MllpServer;
  readonly foundation: Foundation;
  readonly host: InstanceHost;
  readonly sequencer: Sequencer;
  readonly publisher: Publisher;
  readonly worker: JobWorker;
  readonly feeds: AuditFeeds;
  readonly admin: AdminServer;
  readonly endCollecting: () => void;
  readonly parts: Parts;
  readonly editionOptions: Parameters<typeof openEdition>[0];
  readonly tell: (event: NodeEvent) => void;
}

function assemble(node: Assembled): WardNode {
  const { gateway, mllp, foundation, host, sequencer, publisher, worker, feeds, admin, parts, editionOptions } = node;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    parts.isReady = false;
    await Promise.all([mllp.close(), gateway.close()]);
    await worker.stop();
    await parts.edition?.runtime.close();
    await host.close();
    await feeds.close();
    await sequencer.flush().catch(() => undefined);
    await sequencer.stop();
    await publisher.flush().catch(() => undefined);
    await publisher.stop();
    await admin.close();
    node.endCollecting();
    await foundation.close();
  };
  void foundation.lost.then((failure) => node.tell({ kind: "failure", code: failure.code, where: "database" }));
  return {
    urls: { https: `https://localhost:${gateway.port}`, mllp: mllpUrl(node.options, mllp) },
    httpsPort: gateway.port,
    mllpPort: mllp.port,
    caPem: node.ca.caPem,
    pid: process.pid,
    state: stateOf(foundation, async (id) => await replay(parts, id)),
    functions: () => functionsOf(parts),
    settled: async (timeoutMs) => await settle(foundation, sequencer, timeoutMs),
    async reload() {
      const next = await openEdition(editionOptions);
      const last = parts.edition;
      parts.edition = next;
      feeds.follow(next.config);
      await last?.runtime.close();
      return functionsOf(parts);
    },
    lost: foundation.lost,
    close: () => (closed ??= close()),
  };
}

/** No delivery waits, no job is ready or running, and every committed entry is under a checkpoint. */
async function settle(foundation: Foundation, sequencer: Sequencer, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const [row] = await foundation.database.query<{ waiting: bigint }>(
      `select (select count(*) from runtime.delivery where orphaned_at is not null) + count(*) as waiting
         from graphile_worker.jobs
        where attempts < max_attempts and (locked_at is not null or (attempts = 0 and run_at <= now() + interval '5 seconds'))`,
    );
    if ((row?.waiting ?? 0n) === 0n) break;
    if (performance.now() > deadline) throw new WardError("internal", { reason: "deliveries-still-waiting" });
    await new Promise((wake) => setTimeout(wake, 25));
  }
  await sequencer.flush();
}

function functionsOf(parts: Parts): readonly FunctionLine[] {
  return (parts.edition?.runtime.list() ?? []).map(functionLine);
}

/** Without namespaces only V8 stands between functions: good enough to develop, not for patients. */
function requireConfinement({ confinement }: InstanceHost, { development, onEvent }: NodeOptions): void {
  if (confinement.mode !== "none") return;
  if (!development) throw new WardError("startup-failed", { reason: "no-confinement" });
  onEvent?.({ kind: "notice", text: confinement.explanation });
}

function timer(tell: (event: NodeEvent) => void): (what: string) => void {
  let last = performance.now();
  return (what) => {
    const now = performance.now();
    tell({ kind: "step", what, ms: Math.round(now - last) });
    last = now;
  };
}
