/** Attack: name a host by its address, also in disguise. Stopped: at the out-socket, where the node sees the literal. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const DISGUISES = [
  "http://127.0.0.1/",
  "http://[::1]/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0/",
  "http://10.0.0.1:8080/",
];

for (const url of DISGUISES) {
  test(`${url} is seen by the node as what it is`, async () => {
    const { outbound } = await runOnce(host, { handle: `await fetch(${JSON.stringify(url)}); return 1;` });
    assert.deepEqual(
      outbound.requests.map((request) => request.url),
      [new URL(url).href],
    );
  });
}
