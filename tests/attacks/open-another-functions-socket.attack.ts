/**
 * A function looks for another function's out-socket, by the path that it has on the machine. What goes by path ends in
 * the isolate, which knows no Unix sockets, and leaves nothing but the invocation: no request was made that anybody
 * could record. What goes by name arrives at the egress proxy.
 */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowed, assertAllRefused, denied, type Attack } from "./attack.ts";

const SELF = "function:open-another-functions-socket";

export const attack: Attack = {
  name: "a function opens another function's socket",
  stoppedAt: "the function's mount namespace, which holds only its own socket",
  async run(ward) {
    await ward.prepare(() => ward.call("still-here"));
    const { status, json } = await ward.call("open-another-functions-socket", { body: { path: await socketOnDisk() } });
    assert.equal(status, 200);
    assertAllRefused(json);
  },
  leaves: [
    denied(SELF, "egress.send", "host-not-granted", { host: "ungranted", times: 2 }),
    allowed(SELF, "function.invoke"),
  ],
};

/** A real out-socket of this machine, so that the path is right. */
async function socketOnDisk(): Promise<string> {
  for (const name of (await readdir(tmpdir())).filter((folder) => folder.startsWith("ward-"))) {
    const paths = await readdir(join(tmpdir(), name), { recursive: true }).catch(() => []);
    const socket = paths.find((path) => path.endsWith("out.sock"));
    if (socket !== undefined) return join(tmpdir(), name, socket);
  }
  return assert.fail("some function has an out-socket");
}
