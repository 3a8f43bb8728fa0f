import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { transferBar } from "./transfer-bar.ts";

describe("the bar of a transfer", () => {
  it("says how far it is in megabytes, and goes away", () => {
    const written: string[] = [];
    const bar = transferBar({ isTTY: true, columns: 80, write: (text) => written.push(text) });
    bar.show("vulnerabilities", 50_000_000, 200_000_000);
    bar.show("vulnerabilities", 50_000_001, 200_000_000);
    bar.show("EPSS scores", 1_500_000, 0);
    bar.clear();
    assert.deepEqual(written, [
      "\rvulnerabilities [#######.......................] 50.0 MB of 200.0 MB\x1b[K",
      "\rEPSS scores 1.5 MB\x1b[K",
      "\r\x1b[K",
    ]);
  });

  it("is nothing where there is no terminal", () => {
    const bar = transferBar({ write: () => assert.fail("nothing is written") });
    bar.show("index", 1, 2);
    bar.clear();
  });
});
