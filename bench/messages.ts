/**
 * HL7 messages filed per second, end to end: TLS, parse, function, FHIR validation, encryption, ledger, commit, AA; and
 * the notification that each causes, since a backlog of them would only put the work off until nobody measures.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { openMllp } from "@ward/gateway/mllp-client";
import { rate, spread, type Figure } from "./figures.ts";
import type { NodeProcess } from "./node-process.ts";
import { cpuBetween, processTree } from "./process-tree.ts";

const SENDERS = 8;
const ROUND_MS = 6_000;
const ROUNDS = 3;
const WARM_UP_MS = 8_000;
const PATIENTS = 500;
/** Where the example's `notify` sends to. */
const SINK_PORT = 8090;

export async function measureMessages(node: NodeProcess): Promise<readonly Figure[]> {
  const template = await readFile(new URL("../conformance/hl7/01-chemistry-panel.hl7", import.meta.url), "utf8");
  const next = messageSource(template);
  const sink = await startSink();
  try {
    return await measureWith(node, next, sink);
  } finally {
    await sink?.close();
  }
}

async function measureWith(node: NodeProcess, next: () => string, sink: Sink | undefined): Promise<readonly Figure[]> {
  await round(node, next, WARM_UP_MS);
  await sink?.settled();
  const told = sink?.count() ?? 0;
  const before = await processTree(node.pid);
  const rounds = [];
  for (let count = 0; count < ROUNDS; count += 1) rounds.push(await round(node, next, ROUND_MS));
  const times = rounds.flatMap((one) => one.times);
  const toldInTime = (sink?.count() ?? 0) - told;
  await sink?.settled();
  const cpu = cpuBetween(before, await processTree(node.pid));
  const perMessage = (ms: number): string => (ms / times.length).toFixed(1);
  const parts = [...cpu].slice(0, 3).map(([name, ms]) => `${name} ${perMessage(ms)}`);
  const failures = [...node.takeFailures()].map(([what, count]) => `${what}: ${count}`);
  return [
    {
      what: "HL7 messages filed",
      value: `${rate(
        rounds.map((one) => one.perSecond),
        "messages/s",
      )}, AA after ${spread(times)}`,
      aim: "≥ 150 messages/s",
      conditions: `${SENDERS} senders over TLS, ${ROUNDS} rounds of ${ROUND_MS / 1000} s, ${PATIENTS} patients; 10 resources a message (8 observations)`,
    },
    {
      what: "  notifications meanwhile",
      value: sink === undefined ? "not counted" : `${toldInTime} of ${times.length} messages`,
      conditions:
        sink === undefined
          ? "the sink's port was taken by another program"
          : "delivered before the last AA, by the same node",
    },
    {
      what: "  processor time a message",
      value: `${perMessage([...cpu.values()].reduce((sum, ms) => sum + ms, 0))} ms`,
      conditions: `of all processes of the node, notification included: ${parts.join(", ")} ms`,
    },
    ...(failures.length === 0
      ? []
      : [{ what: "  failures", value: failures.join("; "), conditions: "told by the node during this measurement" }]),
  ];
}

async function round(
  node: NodeProcess,
  next: () => string,
  durationMs: number,
): Promise<{ readonly perSecond: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  const started = performance.now();
  const sender = async (): Promise<void> => {
    const tls = { ca: node.caPem, servername: "localhost" };
    const connection = await openMllp({ host: "127.0.0.1", port: node.mllpPort, tls });
    try {
      while (performance.now() - started < durationMs) {
        const sent = performance.now();
        const ack = await connection.send(next());
        if (ack.code !== "AA") {
          const failures = [...node.takeFailures().keys()].join("; ");
          throw new Error(`the node answered ${ack.code} ${ack.condition ?? ""} (${failures})`);
        }
        times.push(performance.now() - sent);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return { perSecond: times.length / ((performance.now() - started) / 1000), times };
}

/** The sample with another patient, order and control id each time: every message is a new report. */
function messageSource(template: string): () => string {
  const [header = ""] = template.split("\r");
  const controlId = header.split("|")[9] ?? "";
  const run = Date.now().toString(36);
  let count = 0;
  return () => {
    count += 1;
    const mrn = `SB${String(1_000_000 + (count % PATIENTS))}`;
    return template
      .replaceAll(controlId, `${run}-${count}`)
      .replaceAll("SB4471902", mrn)
      .replaceAll("NL-2026-061184", `NL-${run}-${count}`);
  };
}

interface Sink {
  count(): number;
  /** Resolves when nothing came for a second. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** In this process, so that its work is load and not the node's. Undefined where another program has the port. */
async function startSink(): Promise<Sink | undefined> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      count += 1;
      response.writeHead(202).end();
    });
  });
  const isListening = await new Promise<boolean>((settle) => {
    server.once("error", () => settle(false));
    server.listen(SINK_PORT, "127.0.0.1", () => settle(true));
  });
  if (!isListening) return undefined;
  return {
    count: () => count,
    async settled() {
      for (let last = -1; last !== count;) {
        last = count;
        await new Promise((wake) => setTimeout(wake, 1_000));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
