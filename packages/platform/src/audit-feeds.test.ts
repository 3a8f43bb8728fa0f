import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { createServer, type TLSSocket } from "node:tls";
import { systemClock, type AuditEntry, type AuditFeed } from "@ward/core";
import { createLocalCa, type LocalCa } from "@ward/gateway";
import { createLedger, type AuditLog } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";
import { readFrames } from "../tests/syslog-frames.ts";
import { openAuditFeeds, type AuditFeeds } from "./audit-feeds.ts";
import type { Foundation } from "./foundation.ts";

let postgres: TestDatabase;
let ledger: AuditLog;
let foundation: Foundation;
let ca: LocalCa;
let dir: string;
let written = 0;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "ward-feeds-"));
  ca = await createLocalCa({ dir, clock: systemClock });
  postgres = await startTestDatabase();
  const vault = await openTestVault(postgres.database);
  ledger = createLedger({ database: postgres.database, clock: systemClock, signer: vault.ledgerSigner });
  foundation = { database: postgres.database, vault } as unknown as Foundation;
});
after(async () => {
  await postgres.close();
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  await postgres.database.query("delete from ledger.feed");
});

async function write(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (): AuditEntry => ({
    time: new Date().toISOString(),
    principal: "function:lab-result",
    action: "function.invoke",
    purpose: "TREAT",
    decision: "allow",
    policies: [],
    outcome: "success",
    trace: (written += 1).toString(16).padStart(32, "0"),
  }));
  await ledger.record(entries);
  const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
}

interface Receiver {
  readonly feed: AuditFeed;
  /** Indexes of the entries received, repeats included. */
  readonly indexes: number[];
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Reads octet-counted frames as a receiver of another make would. `onSocket` may misbehave. */
async function receiveSyslog(
  onSocket: (socket: TLSSocket, number: number) => void = () => undefined,
  port = 0,
): Promise<Receiver> {
  const indexes: number[] = [];
  let connections = 0;
  const sockets = new Set<TLSSocket>();
  const server = createServer(ca.tls, (socket) => {
    sockets.add(socket);
    connections += 1;
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    readFrames(socket, (index) => indexes.push(index));
    onSocket(socket, connections);
  });
  await new Promise<void>((settle) => server.listen(port, "127.0.0.1", settle));
  return {
    feed: { kind: "syslog", host: "localhost", port: (server.address() as AddressInfo).port },
    indexes,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((settle) => server.close(() => settle()));
    },
  };
}

function open(feed: AuditFeed, failures: string[] = []): AuditFeeds {
  const tell = (event: { kind: string; where?: string }): void => void failures.push(String(event.where));
  const feeds = openAuditFeeds(foundation, tell, { ca: ca.caPem, intervalMs: 5 });
  feeds.follow({ auditFeeds: [feed] });
  return feeds;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((wake) => setTimeout(wake, 5));
}

const cursor = async (): Promise<number> => {
  const [row] = await postgres.database.query<{ next_index: bigint }>("select next_index from ledger.feed");
  return Number(row?.next_index ?? 0n);
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe("syslog over TLS", () => {
  test("sends every entry in order, and what comes later", async () => {
    await write(1_200);
    const receiver = await receiveSyslog();
    const feeds = open(receiver.feed);
    await until(async () => (await cursor()) === written);
    await write(3);
    await until(async () => (await cursor()) === written);
    assert.deepEqual(receiver.indexes, upTo(written));
    await feeds.close();
    await receiver.close();
  });

  test("goes on from its cursor after a restart, sending nothing twice", async () => {
    const receiver = await receiveSyslog();
    const first = open(receiver.feed);
    await until(async () => (await cursor()) === written);
    await first.close();
    await write(10);
    const second = open(receiver.feed);
    await until(async () => (await cursor()) === written);
    assert.deepEqual(receiver.indexes, upTo(written));
    await second.close();
    await receiver.close();
  });

  test("sends again what a receiver that broke off had not taken whole", async () => {
    const failures: string[] = [];
    const receiver = await receiveSyslog((socket, number) => {
      if (number <= 2) socket.once("data", () => socket.destroy());
    });
    const feeds = open(receiver.feed, failures);
    await until(async () => (await cursor()) === written);
    assert.deepEqual([...new Set(receiver.indexes)], upTo(written));
    assert.ok(failures.length >= 2);
    assert.match(failures[0] ?? "", /^audit feed syslog:localhost:\d+$/);
    await feeds.close();
    await receiver.close();
  });

  test("waits for a receiver that is away, and reaches it when it is back", async () => {
    const gone = await receiveSyslog();
    await gone.close();
    const failures: string[] = [];
    const feeds = open(gone.feed, failures);
    await until(() => failures.length >= 2);
    assert.equal(await cursor(), 0);
    const back = await receiveSyslog(undefined, gone.feed.kind === "syslog" ? gone.feed.port : 0);
    await until(async () => (await cursor()) === written);
    assert.deepEqual(back.indexes, upTo(written));
    await feeds.close();
    await back.close();
  });

  test("a slow receiver is waited for, and the cursor never runs ahead of it", async () => {
    const receiver = await receiveSyslog((socket) => {
      socket.on("data", () => {
        socket.pause();
        setTimeout(() => socket.resume(), 3);
      });
    });
    const feeds = open(receiver.feed);
    for (;;) {
      const at = await cursor();
      assert.ok(receiver.indexes.length >= at, `${receiver.indexes.length} were received, ${at} are said to be`);
      if (at === written) break;
      await new Promise((wake) => setTimeout(wake, 1));
    }
    await feeds.close();
    await receiver.close();
  });

  test("a certificate that nobody vouches for gets nothing", async () => {
    const receiver = await receiveSyslog();
    const failures: string[] = [];
    const feeds = openAuditFeeds(foundation, () => void failures.push("x"), { intervalMs: 5 });
    feeds.follow({ auditFeeds: [receiver.feed] });
    await until(() => failures.length >= 2);
    await feeds.close();
    assert.deepEqual([receiver.indexes, await cursor()], [[], 0]);
    await receiver.close();
  });

  test("two nodes send each entry, one at a time, and another takes over", async () => {
    const receiver = await receiveSyslog();
    const [one, other] = [open(receiver.feed), open(receiver.feed)];
    await until(async () => (await cursor()) === written);
    assert.deepEqual(receiver.indexes, upTo(written));
    await one.close();
    await write(5);
    await until(async () => (await cursor()) === written);
    assert.deepEqual(receiver.indexes, upTo(written));
    await other.close();
    await receiver.close();
  });

  test("a feed that the configuration no longer names is stopped", async () => {
    const receiver = await receiveSyslog();
    const feeds = open(receiver.feed);
    await until(async () => (await cursor()) === written);
    feeds.follow({});
    await until(async () => {
      const [row] = await postgres.database.query<{ holder: string | null }>("select holder from ledger.feed");
      return row?.holder === null;
    });
    await feeds.close();
    await receiver.close();
  });
});

describe("HTTPS batches", () => {
  test("are taken by a 2xx only, and say where they begin and end", async () => {
    const indexes: number[] = [];
    let asked = 0;
    const server = createHttps(ca.tls, (request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (part: string) => (body += part));
      request.on("end", () => {
        asked += 1;
        if (asked <= 3) return void response.writeHead([500, 302, 429][asked - 1] ?? 500, { location: "/x" }).end();
        const lines = body
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as { index: number });
        assert.equal(Number(request.headers["ward-first-index"]), lines[0]?.index);
        assert.equal(Number(request.headers["ward-next-index"]), (lines.at(-1)?.index ?? 0) + 1);
        indexes.push(...lines.map(({ index }) => index));
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const failures: string[] = [];
    const feeds = open(
      { kind: "https", url: `https://localhost:${(server.address() as AddressInfo).port}/audit` },
      failures,
    );
    await until(async () => (await cursor()) === written);
    assert.deepEqual(indexes, upTo(written));
    assert.equal(failures.length, 3);
    await feeds.close();
    server.closeAllConnections();
    await new Promise<void>((settle) => server.close(() => settle()));
  });
});
