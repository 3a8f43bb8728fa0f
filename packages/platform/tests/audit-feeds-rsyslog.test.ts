/** The live feed into a receiver of another make: Debian's rsyslog with its TLS driver (RFC 5425). */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock, type AuditEntry } from "@ward/core";
import { createLocalCa } from "@ward/gateway";
import { createLedger } from "@ward/ledger";
import { startTestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";
import { openAuditFeeds } from "../src/audit-feeds.ts";
import type { Foundation } from "../src/foundation.ts";

const ENTRIES = 1_200;
const RSYSLOG = ["/usr/sbin/rsyslogd", "/usr/bin/rsyslogd"].find((path) => existsSync(path));
const TLS_DRIVER = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"].some((path) =>
  existsSync(join(path, "rsyslog/lmnsd_gtls.so")),
);
const skip = RSYSLOG === undefined || !TLS_DRIVER ? "rsyslog with its gtls driver is not installed" : false;

test("a real rsyslog takes every entry over TLS, in order and whole", { skip }, async () => {
  const dir = await mkdtemp(join(tmpdir(), "ward-rsyslog-"));
  const postgres = await startTestDatabase();
  const ca = await createLocalCa({ dir, clock: systemClock });
  const port = await freePort();
  const out = join(dir, "received");
  await writeFile(join(dir, "ca.pem"), ca.caPem);
  await writeFile(join(dir, "cert.pem"), ca.tls.cert);
  await writeFile(join(dir, "key.pem"), ca.tls.key);
  await writeFile(join(dir, "rsyslog.conf"), configurationOf(dir, port, out));
  const receiver = spawn(RSYSLOG ?? "", ["-n", "-f", join(dir, "rsyslog.conf"), "-i", join(dir, "pid")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  receiver.stderr.on("data", (part: Buffer) => (said += part.toString()));
  try {
    const { database } = postgres;
    const vault = await openTestVault(database);
    const ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
    await ledger.record(Array.from({ length: ENTRIES }, (_, at) => makeEntry(at)));
    const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
    await sequencer.flush();
    await sequencer.stop();
    await until(async () => {
      assert.equal(receiver.exitCode, null, said);
      return await answers(port);
    });
    const feeds = openAuditFeeds({ database, vault } as unknown as Foundation, () => undefined, {
      ca: ca.caPem,
      intervalMs: 20,
    });
    feeds.follow({ auditFeeds: [{ kind: "syslog", host: "localhost", port }] });
    const lines = async (): Promise<readonly string[]> =>
      (await readFile(out, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
    await until(async () => (await lines()).length >= ENTRIES);
    await feeds.close();
    const bodies = await database.query<{ body: Buffer }>("select body from ledger.entry order by index");
    assert.deepEqual(
      await lines(),
      bodies.map(({ body }, index) => `110|ward|fhir.read|index="${index}"|${body.toString()}`),
    );
  } finally {
    receiver.kill("SIGTERM");
    if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, "exit");
    await postgres.close();
    await rm(dir, { recursive: true });
  }
});

/** Writes what it understood of each message: priority, application, message id, structured data, text. */
function configurationOf(dir: string, port: number, out: string): string {
  return `global(workDirectory="${dir}" maxMessageSize="128k" defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="${dir}/ca.pem" defaultNetstreamDriverCertFile="${dir}/cert.pem"
  defaultNetstreamDriverKeyFile="${dir}/key.pem")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="seen" type="string" string="%pri%|%app-name%|%msgid%|%structured-data:R,ERE,1,BLANK:(index=\\"[0-9]+\\")--end%|%msg:R,ERE,1,BLANK:^ ?(.*)$--end%\\n")
ruleset(name="audit") { action(type="omfile" file="${out}" template="seen") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="audit")
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((settle) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => settle(false));
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((wake) => setTimeout(wake, 20));
}

function makeEntry(number: number): AuditEntry {
  return {
    time: new Date(Date.UTC(2026, 0, 1) + number).toISOString(),
    principal: "person:dr-okafor",
    action: "fhir.read",
    resource: { type: "Patient" },
    purpose: "TREAT",
    decision: "allow",
    policies: [],
    outcome: "success",
    trace: number.toString(16).padStart(32, "0"),
  };
}
