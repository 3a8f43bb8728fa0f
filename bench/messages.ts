/** HL7 messages filed per second, end to end: TLS, parse, function, FHIR validation, encryption, ledger, commit, AA. */
import { readFile } from "node:fs/promises";
import { openMllp } from "@ward/gateway/mllp-client";
import { rate, spread, type Figure } from "./figures.ts";
import type { NodeProcess } from "./node-process.ts";

const SENDERS = 8;
const ROUND_MS = 6_000;
const ROUNDS = 3;
const PATIENTS = 500;

export async function measureMessages(node: NodeProcess): Promise<readonly Figure[]> {
  const template = await readFile(new URL("../conformance/hl7/01-chemistry-panel.hl7", import.meta.url), "utf8");
  const next = messageSource(template);
  await round(node, next, 2_000);
  const rounds = [];
  for (let count = 0; count < ROUNDS; count += 1) rounds.push(await round(node, next, ROUND_MS));
  const times = rounds.flatMap((one) => one.times);
  return [
    {
      what: "HL7 messages filed",
      value: `${rate(
        rounds.map((one) => one.perSecond),
        "messages/s",
      )}, AA after ${spread(times)}`,
      aim: "≥ 150 messages/s",
      conditions: `${SENDERS} senders over TLS, ${ROUNDS} rounds of ${ROUND_MS / 1000} s, ${PATIENTS} patients; 10 resources a message (8 observations), notifications delivered alongside`,
    },
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
        if (ack.code !== "AA") throw new Error(`the node answered ${ack.code} ${ack.condition ?? ""}`);
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
