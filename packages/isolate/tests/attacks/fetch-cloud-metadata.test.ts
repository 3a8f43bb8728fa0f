/** Attack: ask a cloud's metadata service for credentials. Stopped: at the out-socket; the namespace has no route to it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InstanceHost } from "@ward/runtime";
import { openHost, runOnce } from "../fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const ADDRESSES = [
  "http://169.254.169.254/latest/meta-data/",
  "http://[fd00:ec2::254]/latest/",
  "http://metadata.google.internal/",
];

for (const url of ADDRESSES) {
  test(`${url} ends at the out-socket`, async () => {
    const handle = `return (await fetch(${JSON.stringify(url)}, { headers: { "Metadata-Flavor": "Google" } })).status;`;
    const { response, outbound } = await runOnce(host, { handle });
    assert.deepEqual(response, { ok: true, result: 200 });
    assert.deepEqual(
      outbound.requests.map((request) => request.url),
      [url],
    );
  });
}
