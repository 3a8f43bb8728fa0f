import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  ENTRY_BYTES_MAX,
  historyPath,
  isLedgerPath,
  sizeOfHistoryPath,
  tilePath,
} from "./layout.ts";

test("encodes indexes as tlog-tiles says", () => {
  assert.equal(tilePath(0, 1_234_067), "tile/0/x001/x234/067");
  assert.equal(tilePath(2, 0, 1), "tile/2/000.p/1");
  assert.equal(bundlePath(273, 112), "tile/entries/273.p/112");
  assert.equal(bundlePath(1_000), "tile/entries/x001/000");
});

test("finds the size again in the path of a checkpoint kept", () => {
  for (const size of [1, 999, 1_000, 2 ** 49 - 1]) assert.equal(sizeOfHistoryPath(historyPath(size)), size);
  assert.equal(sizeOfHistoryPath("history/5"), undefined);
});

test("knows its own paths and no others", () => {
  for (const path of ["checkpoint", "tile/0/000", "tile/entries/x001/000.p/255", historyPath(3)]) {
    assert.ok(isLedgerPath(path), path);
  }
  for (const path of ["", "Checkpoint", "tile/9/000", "tile/0/x001", "tile/0/000/", "tile/0/000.p/", "tile/0/0000"]) {
    assert.ok(!isLedgerPath(path), path);
  }
});

test("takes bundles apart again, and none whose lengths do not fit", () => {
  const bodies = [Buffer.from("a"), Buffer.alloc(0), Buffer.alloc(ENTRY_BYTES_MAX, 7)];
  const bundle = encodeBundle(bodies);
  assert.deepEqual(bundle.subarray(0, 5), Buffer.from([0, 1, 0x61, 0, 0]));
  assert.deepEqual(
    decodeBundle(bundle)?.map((body) => Buffer.from(body)),
    bodies,
  );
  assert.equal(decodeBundle(bundle.subarray(0, -1)), undefined);
  assert.equal(decodeBundle(Buffer.from([0])), undefined);
  assert.throws(() => encodeBundle([Buffer.alloc(ENTRY_BYTES_MAX + 1)]));
});
