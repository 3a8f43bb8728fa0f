/** The S3 store against a real server with Object Lock, Ceph's gateway, where it is installed. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "@ward/core";
import { tilePath } from "../src/publication/layout.ts";
import { holdsToLedgerStore } from "../src/publication/ledger-store-contract.ts";
import type { LedgerStore } from "../src/publication/ledger-store.ts";
import { openS3Store } from "../src/publication/s3-store.ts";
import { type CephGateway, cephIsMissing, startCephGateway } from "./s3/ceph-gateway.ts";
import { CREDENTIALS } from "./s3/strict-s3-server.ts";

describe("S3 on Ceph", { skip: cephIsMissing() }, () => {
  let gateway: CephGateway;
  before(async () => {
    gateway = await startCephGateway();
  });
  after(async () => await gateway.close());

  const open = (url: string): LedgerStore => openS3Store({ url: `${url}/ledger`, clock: systemClock, ...CREDENTIALS });

  holdsToLedgerStore("S3, Ceph gateway", async () => open(await gateway.makeBucket()), {
    racesAreOpen: "Ceph 16 ignores If-None-Match on PUT; the publisher's lock keeps writers apart",
  });

  test("the account's owner can neither delete nor shorten what was published, and what they try shows", async () => {
    const url = await gateway.makeBucket();
    const store = open(url);
    const object = `${url}/ledger/${tilePath(0, 0)}`;
    await store.put(tilePath(0, 0), Buffer.from("first"));
    const kept = await gateway.client.fetch(object, { method: "HEAD" });
    const version = kept.headers.get("x-amz-version-id") ?? "";
    assert.notEqual(version, "");
    const removal = await gateway.client.fetch(`${object}?versionId=${version}`, { method: "DELETE" });
    assert.equal(removal.status, 403);
    const shorter = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${new Date(Date.now() + 60_000).toISOString()}</RetainUntilDate></Retention>`;
    const shortened = await gateway.client.fetch(`${object}?retention&versionId=${version}`, {
      method: "PUT",
      body: shorter,
    });
    assert.equal(shortened.status, 403);
    await gateway.client.fetch(object, { method: "PUT", body: "forged" });
    const listed: boolean[] = [];
    for await (const { isRewritten } of store.list("tile/")) listed.push(isRewritten);
    assert.deepEqual(listed, [true]);
    const first = await gateway.client.fetch(`${object}?versionId=${version}`);
    assert.equal(await first.text(), "first");
  });
});
