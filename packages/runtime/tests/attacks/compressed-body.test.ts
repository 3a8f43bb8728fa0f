import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { CANARY, egressGrant } from "../../src/testing/runtime-fixture.ts";
import { attack, closeTestDatabase, listen } from "./attack.ts";

after(closeTestDatabase);

const text = `Dear ${CANARY}, you have a new result. `.repeat(4);
const gzip = gzipSync(text);

for (const [what, body, coding] of [
  ["gzip", gzip, "gzip"],
  ["gzip twice", gzipSync(gzip), "gzip, gzip"],
  ["deflate", deflateSync(text), "deflate"],
  ["brotli", brotliCompressSync(text), "br"],
  ["a coding that can't be undone", Buffer.from(text), "zstd"],
  ["a coding named as if it were a member of every object", Buffer.from(text), "constructor"],
  ["gzip that is not declared", gzip, undefined],
  ["gzip in base64", Buffer.from(gzip.toString("base64")), undefined],
  ["deflate in base64", Buffer.from(deflateSync(text).toString("base64")), undefined],
  ["binary", Buffer.from([0xff, 0xfe, 0x00, 0x41]), undefined],
  ["UTF-16", Buffer.from(text, "utf16le"), undefined],
  ["gzip that grows beyond the limit", gzipSync(Buffer.alloc(8 * 1024 * 1024)), "gzip"],
] as const) {
  test(`refuses PHI in a body of ${what}`, async (t) => {
    const { host, heard } = await listen(t);
    const headers: Record<string, string> = coding === undefined ? {} : { "content-encoding": coding };
    const { seen, refused } = await attack(t, {
      grants: { egress: [egressGrant({ host })] },
      handle: async (_payload, { fetch }) => ({
        body: (await fetch(`http://${host}/`, { method: "POST", headers, body })).status,
      }),
    });
    assert.equal(seen, 403);
    assert.deepEqual(refused, [`egress.send phi-detected ${host}`]);
    assert.deepEqual(heard, []);
  });
}

test("lets a harmless compressed body through unchanged", async (t) => {
  const { host, heard } = await listen(t);
  const body = gzipSync("You have a new result.");
  const { seen } = await attack(t, {
    grants: { egress: [egressGrant({ host })] },
    handle: async (_payload, { fetch }) => ({
      body: (await fetch(`http://${host}/`, { method: "POST", headers: { "content-encoding": "gzip" }, body })).status,
    }),
  });
  assert.equal(seen, 200);
  assert.ok(heard[0]?.includes(body.toString("latin1")));
});
