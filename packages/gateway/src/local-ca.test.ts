import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { WardError, type Clock } from "@ward/core";
import { createLocalCa } from "./local-ca.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-03-02T00:00:00Z");

function clockAt(days: number): Clock {
  return { now: () => new Date(START + days * DAY_MS) };
}

async function emptyDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "ward-ca-"));
  t.after(() => rm(dir, { recursive: true }));
  return join(dir, "tls");
}

async function refusesWith(reason: string, dir: string, clock = clockAt(0)): Promise<void> {
  await assert.rejects(
    createLocalCa({ dir, clock }),
    (error) => error instanceof WardError && error.code === "startup-failed" && error.detail["reason"] === reason,
  );
}

test("makes a CA that may sign servers only, and a server certificate for this machine's names", async (t) => {
  const dir = await emptyDir(t);
  const made = await createLocalCa({ dir, clock: clockAt(0), names: ["ward-1.hospital.example"] });
  const ca = new X509Certificate(made.caPem);
  const server = new X509Certificate(made.tls.cert);
  assert(ca.ca && !server.ca);
  assert(server.verify(ca.publicKey) && server.checkIssued(ca));
  for (const name of ["localhost", "ward-1.hospital.example"]) assert.equal(server.checkHost(name), name);
  for (const ip of ["127.0.0.1", "::1"]) assert.equal(server.checkIP(ip), ip);
  assert.equal(server.checkHost("evil.example"), undefined);
  assert.equal(ca.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
  assert.deepEqual(server.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
});

test("keeps keys readable by their owner only, and leaves no other file", async (t) => {
  const dir = await emptyDir(t);
  await createLocalCa({ dir, clock: clockAt(0) });
  assert.deepEqual((await readdir(dir)).sort(), ["ca-key.pem", "ca.pem", "server.pem"]);
  for (const file of ["ca-key.pem", "server.pem"]) assert.equal((await stat(join(dir, file))).mode & 0o777, 0o600);
  assert.equal((await stat(dir)).mode & 0o777, 0o700);
  await chmod(join(dir, "ca-key.pem"), 0o644);
  await createLocalCa({ dir, clock: clockAt(0) });
  assert.equal((await stat(join(dir, "ca-key.pem"))).mode & 0o777, 0o600);
});

test("finds what it made, and renews the server certificate before it ends", async (t) => {
  const dir = await emptyDir(t);
  const made = await createLocalCa({ dir, clock: clockAt(0) });
  assert.deepEqual(await createLocalCa({ dir, clock: clockAt(300) }), made);
  const renewed = await createLocalCa({ dir, clock: clockAt(370) });
  assert.equal(renewed.caPem, made.caPem);
  assert.notEqual(renewed.tls.key, made.tls.key);
  assert(new X509Certificate(renewed.tls.cert).validToDate > new Date(START + 700 * DAY_MS));
});

test("renews the server certificate for another name, another CA or when it is damaged", async (t) => {
  const dir = await emptyDir(t);
  const made = await createLocalCa({ dir, clock: clockAt(0), names: ["a.example"] });
  const other = await createLocalCa({ dir, clock: clockAt(0), names: ["b.example"] });
  assert.equal(new X509Certificate(other.tls.cert).checkHost("b.example"), "b.example");
  assert.equal(other.caPem, made.caPem);
  await writeFile(join(dir, "server.pem"), "half a fi");
  const repaired = await createLocalCa({ dir, clock: clockAt(0), names: ["b.example"] });
  assert(new X509Certificate(repaired.tls.cert).verify(new X509Certificate(made.caPem).publicKey));
});

test("never replaces a CA: it refuses to start where one is there but of no use", async (t) => {
  const dir = await emptyDir(t);
  const { caPem } = await createLocalCa({ dir, clock: clockAt(0) });
  const key = await readFile(join(dir, "ca-key.pem"), "utf8");
  await refusesWith("ca-expired", dir, clockAt(3651));
  await rm(join(dir, "ca-key.pem"));
  await refusesWith("ca-key-missing", dir);
  await writeFile(join(dir, "ca-key.pem"), "not a key");
  await refusesWith("ca-unreadable", dir);
  const another = await emptyDir(t);
  await createLocalCa({ dir: another, clock: clockAt(0) });
  await writeFile(join(dir, "ca-key.pem"), await readFile(join(another, "ca-key.pem")));
  await refusesWith("ca-key-does-not-match", dir);
  await writeFile(join(dir, "ca-key.pem"), key);
  assert.equal((await createLocalCa({ dir, clock: clockAt(0) })).caPem, caPem);
});

test("makes the certificate again where a crash left only the key", async (t) => {
  const dir = await emptyDir(t);
  await createLocalCa({ dir, clock: clockAt(0) });
  await rm(join(dir, "ca.pem"));
  await rm(join(dir, "server.pem"));
  const key = await readFile(join(dir, "ca-key.pem"), "utf8");
  const again = await createLocalCa({ dir, clock: clockAt(0) });
  assert.equal(await readFile(join(dir, "ca-key.pem"), "utf8"), key);
  assert(new X509Certificate(again.tls.cert).verify(new X509Certificate(again.caPem).publicKey));
});

test("nodes that start at the same moment end with one CA", async (t) => {
  const dir = await emptyDir(t);
  const made = await Promise.all(Array.from({ length: 4 }, () => createLocalCa({ dir, clock: clockAt(0) })));
  assert.equal(new Set(made.map(({ caPem }) => caPem)).size, 1);
  for (const { tls, caPem } of made) assert(new X509Certificate(tls.cert).verify(new X509Certificate(caPem).publicKey));
});
