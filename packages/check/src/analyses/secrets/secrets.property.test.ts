import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isGivenSsn } from "./detectors/patients.ts";
import { scanText } from "./scan-text.ts";
import { made, withChecksum } from "./testing/made-secrets.ts";

const NOW = new Date("2027-01-31T00:00:00Z");
const paths = fc.constantFrom("a.ts", ".env", "a.json", "fixtures/a.hl7", "a.yaml", "docs/a.md");
/** Pieces that patterns begin with, so that their insides are reached. */
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "AKIA",
    "ghp_",
    "-----BEGIN PRIVATE KEY-----",
    "://a:",
    "@",
    "password=",
    "PID|",
    "mrn:",
    "eyJ",
    ".",
    '"',
    "\n",
    "\r",
  ),
);

describe("a scan", () => {
  it("of anything ends without a throw, in order and within the text", () => {
    fc.assert(
      fc.property(paths, fc.array(piece, { maxLength: 60 }), (path, pieces) => {
        const text = pieces.join("");
        let last = 0;
        for (const { offset } of scanText(path, text, NOW)) {
          assert.ok(offset >= last && offset < text.length);
          last = offset;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not grow beyond its text: long runs of what patterns repeat are passed over", () => {
    for (const unit of [
      "A",
      "a:",
      "-",
      "eyJ.",
      "password=",
      "-----BEGIN PRIVATE KEY-----\n",
      "://a:b",
      "PID|1|",
      "1-",
      `${["536", "22", "8147"].join("-")}\n`,
      " ",
      "\\n",
      "Server=a;",
    ]) {
      const text = unit.repeat(Math.ceil(200_000 / unit.length));
      assert.ok(scanText("a.json", text, NOW).length <= 200);
    }
  });

  it("finds a token wherever it stands in a text", () => {
    const around = fc.string({ unit: fc.constantFrom(" ", "\n", "x ", "; ", '"', "=", "(", "é"), maxLength: 40 });
    fc.assert(
      fc.property(around, around, fc.string(), (before, after, seed) => {
        const token = withChecksum("ghp_", seed);
        const [one] = scanText("src/a.ts", `${before} ${token} ${after}`, NOW);
        assert.equal(one?.kind, "github-token");
        assert.equal(one.offset, before.length + 1);
      }),
    );
  });

  it("tells nothing of a secret in what it answers, but a token's first four characters", () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const secret = made(24, undefined, seed);
        const { identity: _, ...shown } = scanText("src/a.ts", `k = "sk_live_${secret}"`, NOW)[0] ?? { identity: "" };
        assert.ok(!JSON.stringify(shown).includes(secret.slice(0, 5)));
      }),
    );
  });
});

describe("a Social Security number", () => {
  it("is one only where it could have been given", () => {
    const digits = fc.tuple(
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 99 }),
      fc.integer({ min: 0, max: 9999 }),
    );
    fc.assert(
      fc.property(digits, ([area, group, serial]) => {
        const text = `${String(area).padStart(3, "0")}${String(group).padStart(2, "0")}${String(serial).padStart(4, "0")}`;
        if (area === 0 || area === 666 || area >= 900 || group === 0 || serial === 0)
          assert.equal(isGivenSsn(text), false);
      }),
    );
  });
});
