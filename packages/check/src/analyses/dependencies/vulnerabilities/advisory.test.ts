import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import semver from "semver";
import { matchAdvisory, mergeMatches, readAdvisory, type Match } from "./advisory.ts";

function record(affected: object, more: object = {}): object {
  return {
    id: "GHSA-35jh-r3h4-6jhm",
    aliases: ["CVE-2021-23337"],
    summary: "Command Injection in lodash",
    affected: [{ package: { ecosystem: "npm", name: "lodash" }, ...affected }],
    ...more,
  };
}

function semverRange(...events: readonly object[]): object {
  return { ranges: [{ type: "SEMVER", events }] };
}

function hits(affected: object, version: string, name = "lodash"): Match | undefined {
  const advisory = readAdvisory(record(affected));
  return advisory && matchAdvisory(advisory, name, version);
}

describe("an OSV record", () => {
  it("is about versions from where it was introduced to before where it was fixed", () => {
    const range = semverRange({ introduced: "0" }, { fixed: "4.17.21" });
    assert.equal(hits(range, "4.17.20")?.fixedIn, "4.17.21");
    assert.equal(hits(range, "4.17.21-beta.1")?.fixedIn, "4.17.21");
    assert.equal(hits(range, "4.17.21"), undefined);
    assert.equal(hits(range, "4.17.20", "lodash-es"), undefined);
    assert.equal(hits(semverRange({ introduced: "4.0.0" }, { fixed: "4.17.21" }), "3.10.1"), undefined);
  });

  it("includes the last affected version and nothing after it", () => {
    const range = semverRange({ introduced: "1.0.0" }, { last_affected: "1.4.2" });
    assert.ok(hits(range, "1.4.2"));
    assert.equal(hits(range, "1.4.3"), undefined);
    assert.equal(hits(range, "1.4.2")?.fixedIn, undefined);
  });

  it("may have several stretches in one range, in any order", () => {
    const range = semverRange({ introduced: "2.0.0" }, { fixed: "1.2.3" }, { introduced: "0" }, { fixed: "2.1.0" });
    for (const [version, isIn] of [
      ["1.2.2", true],
      ["1.2.3", false],
      ["1.9.9", false],
      ["2.0.0", true],
      ["2.1.0", false],
    ] as const) {
      assert.equal(hits(range, version) !== undefined, isIn, version);
    }
    assert.equal(hits(range, "1.2.2")?.fixedIn, "1.2.3");
    assert.equal(hits(range, "2.0.5")?.fixedIn, "2.1.0");
  });

  it("may list versions, and holds to the last known affected range", () => {
    assert.ok(hits({ versions: ["1.0.0", "not-semver"] }, "not-semver"));
    assert.equal(hits({ versions: ["1.0.0"] }, "1.0.1"), undefined);
    const known = {
      ...semverRange({ introduced: "0" }),
      database_specific: { last_known_affected_version_range: "<= 2.3.0" },
    };
    assert.ok(hits(known, "2.3.0"));
    assert.equal(hits(known, "2.3.1"), undefined);
  });

  it("takes the worst of its scores, or else its database's rating", () => {
    const rated = (more: object) => readAdvisory(record(semverRange({ introduced: "0" }), more));
    const low = { type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N" };
    const high = { type: "CVSS_V4", score: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N" };
    assert.equal(rated({ severity: [low, high] })?.severity, "critical");
    assert.equal(rated({ database_specific: { severity: "MODERATE" } })?.severity, "medium");
    assert.equal(
      rated({ severity: [{ score: "nonsense" }], database_specific: { severity: "HIGH" } })?.severity,
      "high",
    );
    assert.equal(rated({})?.severity, "medium");
    assert.equal(rated({ id: "MAL-2025-1" })?.isMalware, true);
  });

  it("that is withdrawn or of another ecosystem is about nothing", () => {
    assert.equal(
      readAdvisory(record(semverRange({ introduced: "0" }), { withdrawn: "2024-01-01T00:00:00Z" })),
      undefined,
    );
    assert.equal(readAdvisory({ id: "X", affected: [{ package: { ecosystem: "PyPI", name: "lodash" } }] }), undefined);
  });

  it("is one with others that share a name, with the worst of their ratings", () => {
    const match = (id: string, aliases: readonly string[], severity: string): Match => {
      const advisory = readAdvisory(
        record(semverRange({ introduced: "0" }), { id, aliases, database_specific: { severity } }),
      );
      assert.ok(advisory);
      return { advisory, fixedIn: undefined };
    };
    const merged = mergeMatches([
      match("GHSA-1", ["CVE-2024-0001"], "LOW"),
      match("CVE-2024-0001", [], "LOW"),
      match("GHSA-2", ["CVE-2024-0002"], "LOW"),
    ]);
    assert.deepEqual(
      merged.map(({ advisory }) => advisory.id),
      ["GHSA-1", "GHSA-2"],
    );
  });

  it("agrees with npm's own ranges about any version", () => {
    const version = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, version, version, (one, other, asked) => {
        const [introduced = one, fixed = other] = semver.sort([one, other]);
        const isIn = semver.satisfies(asked, `>=${introduced} <${fixed}`);
        assert.equal(hits(semverRange({ introduced }, { fixed }), asked) !== undefined, isIn);
      }),
    );
  });

  it("may hold anything in any field", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (affected, severity, id) => {
        for (const one of [{ id, affected, severity }, record({ ranges: affected, versions: severity }), affected]) {
          const advisory = readAdvisory(one);
          if (advisory) matchAdvisory(advisory, "lodash", "1.0.0");
        }
      }),
      { numRuns: 300 },
    );
  });
});
