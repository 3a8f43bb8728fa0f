/** Warm HTTP calls through the gateway (TLS, schema, roles, isolate, ledger), beside a plain Node HTTPS server. */
import { createServer, Agent, request } from "node:https";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { rate, spread, type Figure } from "./figures.ts";
import type { NodeProcess } from "./node-process.ts";

const CALLS = 1_000;
const CONNECTIONS = 32;
const ROUND_MS = 3_000;
const ROUNDS = 5;
const BODY = JSON.stringify({ kind: "first-visit", topics: 2 });

export async function measureWarmCall(node: NodeProcess): Promise<readonly Figure[]> {
  const ours = await load({ port: node.httpsPort, path: "/fn/visits/estimate", ca: node.caPem }).catch(
    (error: Error) => {
      throw new Error(`${error.message}: ${[...node.takeFailures().keys()].join("; ")}`);
    },
  );
  const peer = await withPlainServer(node, async (port) => await load({ port, path: "/", ca: node.caPem }));
  return [
    {
      what: "warm HTTP call",
      value: spread(ours.times),
      aim: "p50 ≤ 2 ms",
      conditions: `${CALLS} calls on one keep-alive connection, TLS 1.3, JSON body checked against its schema, invocation recorded durably`,
    },
    {
      what: `  at ${CONNECTIONS} connections`,
      value: rate(ours.rates, "requests/s"),
      conditions: `${ROUNDS} rounds of ${ROUND_MS / 1000} s; load from another process on the same cores`,
    },
    {
      what: "  peer: plain node:https",
      value: `${spread(peer.times)}; ${rate(peer.rates, "requests/s")}`,
      conditions:
        "same certificate and body, answers at once: no schema, no isolate, no ledger, in the load's own process",
    },
  ];
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly ca: string;
}

async function load(target: Target): Promise<{ readonly times: readonly number[]; readonly rates: readonly number[] }> {
  const single = new Agent({ keepAlive: true, maxSockets: 1, ca: target.ca });
  for (let call = 0; call < 100; call += 1) await post(target, single);
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now();
    await post(target, single);
    times.push(performance.now() - started);
  }
  single.destroy();
  const many = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: target.ca });
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await callsPerSecond(target, many));
  many.destroy();
  return { times, rates };
}

async function callsPerSecond(target: Target, agent: Agent): Promise<number> {
  const started = performance.now();
  let calls = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - started < ROUND_MS) {
      await post(target, agent);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return calls / ((performance.now() - started) / 1000);
}

async function post({ port, path }: Target, agent: Agent): Promise<void> {
  await new Promise<void>((settle, fail) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(BODY) };
    const asked = request({ host: "localhost", port, path, method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) settle();
        else fail(new Error(`status ${response.statusCode}`));
      });
    });
    asked.on("error", fail);
    asked.end(BODY);
  });
}

async function withPlainServer<T>(node: NodeProcess, use: (port: number) => Promise<T>): Promise<T> {
  const pem = await readFile(join(node.stateDir, "tls", "server.pem"), "utf8");
  const server = createServer({ key: pem, cert: pem }, (incoming, response) => {
    incoming.resume();
    incoming.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end('{"minutes":45}'));
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
