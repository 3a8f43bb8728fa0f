import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ratingOf, scoreVector } from "./cvss.ts";

describe("a CVSS vector", () => {
  // Examples of FIRST's documents and of NVD.
  for (const [vector, base, version] of [
    ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "3.1"],
    ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, "3.1"],
    ["CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, "3.1"],
    ["CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9, "3.1"],
    ["CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H", 7.2, "3.1"],
    ["CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:N", 0, "3.1"],
    ["CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5, "3.0"],
    ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, "4.0"],
    ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10, "4.0"],
    ["CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:P", 2.3, "4.0"],
    ["AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, "2.0"],
  ] as const) {
    it(`has the base score that its standard gives it: ${vector}`, () => {
      assert.deepEqual(scoreVector(vector), { base, version });
    });
  }

  it("without all of its metrics has none, as has any other text", () => {
    for (const text of ["", "high", "CVSS:3.1/AV:N", "CVSS:4.0/AV:N/AC:L", "CVSS:9.9/AV:N", "CVSS:3.1/".repeat(200)]) {
      assert.equal(scoreVector(text), undefined, text.slice(0, 20));
    }
  });

  it("is rated on FIRST's scale", () => {
    assert.deepEqual([10, 9, 8.9, 7, 6.9, 4, 3.9, 0].map(ratingOf), [
      "critical",
      "critical",
      "high",
      "high",
      "medium",
      "medium",
      "low",
      "low",
    ]);
  });
});
