/**
 * A whole node for tests: real PostgreSQL, workerd, TLS and sockets, on free ports and a state folder of its own, with
 * the hospital example and its SMS sink unless another app is named.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sendMllp } from "@ward/gateway/mllp-client";
import { startNode, type NodeEvent, type NodeOptions, type WardNode } from "@ward/platform";
import { startSmsSink, type SmsMessage } from "../examples/hospital/sms-sink/main.ts";

export interface TestNode {
  readonly node: WardNode;
  readonly stateDir: string;
  /** Everything the node told, in order. */
  readonly events: readonly NodeEvent[];
  /** What reached the SMS sink. */
  readonly notifications: readonly SmsMessage[];
  /** Sends messages in order over one TLS connection. */
  send(messages: readonly (string | Uint8Array)[]): ReturnType<typeof sendMllp>;
  close(): Promise<void>;
}

/** The port that the example's egress grant names. */
const SINK_PORT = 8090;

export const HOSPITAL = new URL("../examples/hospital", import.meta.url).pathname;
export const SAMPLES = new URL("../conformance/hl7/", import.meta.url).pathname;

export async function startTestNode(options: Partial<NodeOptions> = {}): Promise<TestNode> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), "ward-test-")));
  const events: NodeEvent[] = [];
  const sink = await openSink();
  const node = await startNode({
    appDir: HOSPITAL,
    stateDir,
    host: "127.0.0.1",
    httpsPort: 0,
    mllpPort: 0,
    mllpTls: true,
    development: true,
    onEvent: (event) => events.push(event),
    ...options,
  }).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  return {
    node,
    stateDir,
    events,
    notifications: sink.messages,
    send: async (messages) =>
      await sendMllp(
        { host: "127.0.0.1", port: node.mllpPort, tls: { ca: node.caPem, servername: "localhost" } },
        messages,
      ),
    async close() {
      await node.close();
      await sink.close();
      if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Another test file's node may still be closing its sink; a person's `npm start` is told of after a minute. */
async function openSink(): ReturnType<typeof startSmsSink> {
  for (const deadline = Date.now() + 60_000; ;) {
    try {
      return await startSmsSink({ port: SINK_PORT });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      if (Date.now() > deadline)
        throw new Error(`port ${SINK_PORT} is taken; stop the node that runs`, { cause: error });
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
  readonly expected: Expected;
}

/** What `conformance/hl7/expected.json` says of one file; its README explains each member. */
export interface Expected {
  readonly ack: "AA" | "AE" | "AR";
  readonly condition?: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly created: Readonly<Record<string, number>>;
  readonly notifications: number;
  readonly quarantined?: boolean;
  readonly canaries: readonly string[];
}

export async function readSamples(): Promise<readonly Sample[]> {
  const expected = JSON.parse(await readFile(join(SAMPLES, "expected.json"), "utf8")) as Record<string, Expected>;
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith(".hl7")).sort();
  return await Promise.all(
    names.map(async (name) => {
      const outcome = expected[name];
      if (outcome === undefined) throw new Error(`expected.json does not speak of ${name}`);
      return { name, bytes: await readFile(join(SAMPLES, name)), expected: outcome };
    }),
  );
}
