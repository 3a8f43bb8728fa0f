/** What the kernel says of a running instance: whatever is not here, even a broken engine does not have. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Instance, InstanceHost } from "@ward/runtime";
import { detectConfinement } from "../src/index.ts";
import { openHost, requestOf, startSource } from "./fixtures.ts";

const detected = process.platform === "linux" ? await detectConfinement() : undefined;
const skip =
  detected === undefined || detected.mode === "none" ? "this machine gives no namespaces to unprivileged users" : false;

let host: InstanceHost;
let instance: Instance;
before(async () => {
  process.env["WARD_TEST_SECRET"] = "canary-in-the-environment";
  host = await openHost();
  ({ instance } = await startSource(host, { handle: "return 1;" }));
  await instance.invoke(requestOf());
});
after(async () => {
  await host.close();
  delete process.env["WARD_TEST_SECRET"];
});

const proc = (name: string): string => readFileSync(`/proc/${instance.pid}/${name}`, "utf8");

test(
  "says in one sentence what it found",
  { skip: detected === undefined && "there is no procfs to compare with" },
  () => {
    assert.match(host.confinement.explanation, /^[A-Z][^.]*\.$/);
    assert.deepEqual(host.confinement, detected);
  },
);

test("has every namespace that it claims", { skip }, () => {
  const names = { user: "user", network: "net", mount: "mnt", pid: "pid", ipc: "ipc" } as const;
  assert.ok(host.confinement.namespaces.length >= 4);
  for (const namespace of host.confinement.namespaces) {
    const link = `ns/${names[namespace]}`;
    assert.notEqual(readlinkSync(`/proc/${instance.pid}/${link}`), readlinkSync(`/proc/self/${link}`), namespace);
  }
});

test(
  "has no environment but the path of its trust store",
  { skip: process.platform !== "linux" && "no procfs" },
  () => {
    const environment = proc("environ").split("\0").filter(Boolean);
    assert.deepEqual(
      environment.map((entry) => entry.split("=")[0]),
      ["SSL_CERT_FILE"],
    );
  },
);

test("has no network but a loopback that is down", { skip }, () => {
  const interfaces = proc("net/dev").split("\n").slice(2).filter(Boolean);
  assert.deepEqual(
    interfaces
      .map((line) => line.trim().split(":")[0])
      .filter(
        (name) => !/^(?:tunl0|sit0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6gre0|teql0)$/.test(name ?? ""),
      ),
    ["lo"],
  );
  assert.equal(proc("net/route").trim().split("\n").length, 1, "no route");
  assert.equal(proc("net/fib_trie").trim(), "", "no address, not even 127.0.0.1");
});

test("sees only the engine, its libraries and its slot, all read-only", { skip }, () => {
  const mounts = proc("mounts")
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  for (const [, place = "", , options = ""] of mounts) {
    assert.match(place, /^\/(?:|workerd|setpriv|slot|(?:usr\/)?lib[^/]*\/.*\.so[.\d]*)$/);
    assert.match(options, /^ro,nosuid,nodev/, place);
  }
  const root = `/proc/${instance.pid}/root`;
  if (host.confinement.mode !== "root") return;
  assert.deepEqual(readdirSync(`${root}/slot`), ["config", "out.sock"]);
  assert.deepEqual(readdirSync(`${root}/old`), []);
  assert.deepEqual(readdirSync(`${root}/proc/self`), ["mountinfo"]);
});

test("holds no descriptor of the host", { skip }, () => {
  const open = readdirSync(`/proc/${instance.pid}/fd`).map((fd) => readlinkSync(`/proc/${instance.pid}/fd/${fd}`));
  for (const target of open) assert.match(target, /^(?:\/|\/null|\/dev\/null|socket:\[\d+\]|anon_inode:\[event\w+\])$/);
});

test("has no capability, can gain none, and is not root", { skip }, () => {
  const status = proc("status");
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
    assert.match(status, new RegExp(`^${set}:\\t0+$`, "m"));
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.doesNotMatch(status, /^Uid:\t0\t/m);
});

test("can write no file, leave no core dump, and take only so much memory", { skip }, () => {
  const limits = proc("limits");
  assert.match(limits, /^Max file size +0 +0 /m);
  assert.match(limits, /^Max core file size +1 +1 /m);
  assert.match(limits, /^Max data size +\d+ +\d+ /m);
});

test("two instances share no uid and no namespace", { skip }, async () => {
  const { instance: other } = await startSource(host, { handle: "return 1;" });
  for (const namespace of ["net", "mnt", "pid", "ipc"]) {
    const link = `ns/${namespace}`;
    assert.notEqual(readlinkSync(`/proc/${instance.pid}/${link}`), readlinkSync(`/proc/${other.pid}/${link}`));
  }
  const uidOf = (pid: number): string => /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  if (host.confinement.mode === "root") assert.notEqual(uidOf(instance.pid), uidOf(other.pid));
  await other.stop();
});

for (const mode of ["user", "none"] as const) {
  test(`works in mode ${mode} where that is chosen`, { skip: mode === "user" && skip }, async () => {
    const chosen = await openHost({ modes: [mode] });
    assert.equal(chosen.confinement.mode, mode);
    const started = await startSource(chosen, { handle: "return Object.keys(process.env);" });
    assert.deepEqual(await started.instance.invoke(requestOf()), { ok: true, result: [] });
    await chosen.close();
  });
}
