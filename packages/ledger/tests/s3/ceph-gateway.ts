/**
 * Ceph's object gateway as a real S3 server with Object Lock: a monitor, an OSD that keeps everything in memory, and
 * `radosgw`, all on loopback and in a folder that is removed. Needs Debian's ceph-mon, ceph-osd, radosgw and ceph-base.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AwsClient } from "aws4fetch";
import { CREDENTIALS } from "./strict-s3-server.ts";

const PROGRAMS = ["ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool", "radosgw", "radosgw-admin"];

export interface CephGateway {
  /** Makes a bucket with Object Lock and answers its URL. */
  makeBucket(): Promise<string>;
  readonly client: AwsClient;
  close(): Promise<void>;
}

/** Why no gateway can run here; false where one can. */
export function cephIsMissing(): string | false {
  if (process.env["WARD_TEST_CEPH"] === undefined) return "its daemons take a minute: set WARD_TEST_CEPH to run it";
  const missing = PROGRAMS.find((name) => !existsSync(`/usr/bin/${name}`));
  if (missing !== undefined) return `no ${missing} on this machine`;
  return process.getuid?.() === 0 ? false : "the daemons need root";
}

export async function startCephGateway(): Promise<CephGateway> {
  const folder = await mkdtemp(join(tmpdir(), "ward-ceph-"));
  const daemons: ChildProcess[] = [];
  const config = join(folder, "ceph.conf");
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    await promisify(execFile)(program, ["--conf", config, ...args], { timeout: 60_000 });
  };
  const daemon = (program: string, args: readonly string[]): void => {
    const identity = ["--setuser", "root", "--setgroup", "root"];
    daemons.push(spawn(program, ["--conf", config, "-f", ...args, ...identity], { stdio: "ignore" }));
  };
  const close = async (): Promise<void> => {
    for (const child of daemons.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await startDaemons(folder, config, run, daemon);
    const { accessKeyId, secretAccessKey } = CREDENTIALS;
    const keys = ["--access-key", accessKeyId, "--secret-key", secretAccessKey];
    await run("radosgw-admin", ["user", "create", "--uid", "ward", "--display-name", "ward", ...keys]);
    const client = new AwsClient({ ...CREDENTIALS, service: "s3", retries: 0 });
    return { client, close, makeBucket: async () => await makeBucket(client, `http://127.0.0.1:${port}`) };
  } catch (error) {
    await close();
    throw error;
  }
}

type Run = (program: string, args: readonly string[]) => Promise<void>;

async function startDaemons(
  folder: string,
  config: string,
  run: Run,
  daemon: (program: string, args: readonly string[]) => void,
): Promise<number> {
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const [cluster, disk] = [randomUUID(), randomUUID()];
  for (const name of ["mon", "osd", "run"]) await mkdir(join(folder, name));
  await writeFile(config, configOf(folder, cluster, monitorPort, gatewayPort));
  const [keyring, map] = [join(folder, "keyring"), join(folder, "monmap")];
  const tool = promisify(execFile);
  await tool("ceph-authtool", ["--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"]);
  await tool("monmaptool", ["--create", "--addv", "a", `[v1:127.0.0.1:${monitorPort}]`, "--fsid", cluster, map]);
  const root = ["--setuser", "root", "--setgroup", "root"];
  await run("ceph-mon", ["--mkfs", "-i", "a", "--monmap", map, "--keyring", keyring, ...root]);
  daemon("ceph-mon", ["-i", "a"]);
  await run("ceph", ["--connect-timeout", "30", "osd", "new", disk]);
  await run("ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", disk, ...root]);
  daemon("ceph-osd", ["-i", "0"]);
  daemon("radosgw", ["-n", "client.rgw"]);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answered = await fetch(`http://127.0.0.1:${gatewayPort}/`).then(
      () => true,
      () => false,
    );
    if (answered) return gatewayPort;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  throw new Error("the gateway did not answer within a minute");
}

async function makeBucket(client: AwsClient, origin: string): Promise<string> {
  const url = `${origin}/ward-${randomUUID()}`;
  const response = await client.fetch(url, {
    method: "PUT",
    headers: { "x-amz-bucket-object-lock-enabled": "true" },
  });
  if (!response.ok) throw new Error(`the gateway made no bucket: ${response.status}`);
  return url;
}

function configOf(folder: string, cluster: string, monitorPort: number, gatewayPort: number): string {
  return `[global]
fsid = ${cluster}
mon initial members = a
mon host = v1:127.0.0.1:${monitorPort}
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 1073741824
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/$name.log
mon data = ${folder}/mon
osd data = ${folder}/osd
keyring = ${folder}/keyring
[mon.a]
host = ${hostname()}
public addr = v1:127.0.0.1:${monitorPort}
[osd.0]
public addr = 127.0.0.1
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw data = ${folder}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
