import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadAllRules } from "../rules/catalog.ts";
import { TOPICS, type Topic } from "../judge/fact.ts";
import type { Rule } from "../rules/rule.ts";
import { FRAMEWORK_IDS, loadFramework } from "./catalog.ts";
import { citationsOf, type Framework } from "./framework.ts";

const rules = await loadAllRules();
const frameworks: readonly Framework[] = (await Promise.all(FRAMEWORK_IDS.map(loadFramework))).filter(
  (one) => one !== undefined,
);

/** What each text says about data on its way, and about data where they lie. */
const TRANSMISSION: Readonly<Record<string, readonly string[]>> = {
  "hipaa-security": ["164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"],
  "nist-800-53r5": ["AC-17(2)", "SC-8", "SC-8(1)", "SC-23"],
  ferpa: ["PTAC email"],
  soc2: ["CC6.7"],
};
const AT_REST: Readonly<Record<string, readonly string[]>> = {
  "hipaa-security": ["164.312(a)(2)(iv)"],
  "nist-800-53r5": ["CP-9(8)", "SC-28", "SC-28(1)"],
  ferpa: ["99.35(b)"],
  soc2: ["C1.1"],
  gdpr: ["Art. 34(3)(a)"],
};

/** Topics that a framework has no requirement for, each deliberately. */
const NOT_ASKED: Readonly<Record<string, readonly Topic[]>> = {
  // The Security Rule speaks of neither place nor price, and asks for what works rather than for how it is kept tidy.
  "hipaa-security": ["cost", "egress-control", "hygiene", "input-validation", "residency"],
  gdpr: ["hygiene"],
  ferpa: ["cost"],
  "nist-800-53r5": [],
  soc2: [],
};

describe("the frameworks", () => {
  it("are five, each under its own id", () => {
    assert.deepEqual(FRAMEWORK_IDS, ["hipaa-security", "gdpr", "ferpa", "nist-800-53r5", "soc2"]);
    assert.deepEqual(
      frameworks.map(({ id }) => id),
      FRAMEWORK_IDS,
    );
  });

  for (const framework of frameworks) {
    describe(framework.id, () => {
      const ids = framework.requirements.map(({ id }) => id);

      it("cites each requirement once, with what it demands and what no static check can show", () => {
        assert.deepEqual(ids, [...new Set(ids)]);
        for (const { id, title, text, beyond } of framework.requirements) {
          for (const said of [title, text, beyond]) assert.ok(said.length > 2, id);
          assert.ok(text.endsWith(".") && beyond.endsWith("."), id);
        }
      });

      it("maps every topic, but for those that it does not ask for", () => {
        const mapped = new Set(framework.requirements.flatMap(({ topics }) => topics));
        assert.deepEqual(
          TOPICS.filter((topic) => !mapped.has(topic)),
          NOT_ASKED[framework.id],
        );
      });

      it("names only rules that exist", () => {
        const known = new Set(rules.map(({ id }) => id));
        const named = framework.requirements.flatMap((requirement) => requirement.rules ?? []);
        assert.deepEqual(
          named.filter((id) => !known.has(id)),
          [],
        );
      });

      it("does not cite encryption at rest under transmission, nor the other way round", () => {
        const pure = (topic: Topic) => rules.filter(({ topics }) => topics.length === 1 && topics[0] === topic);
        assert.ok(pure("encryption-at-rest").length > 0 && pure("encryption-in-transit").length > 0);
        assertNeverCited(pure("encryption-at-rest"), framework, TRANSMISSION[framework.id] ?? []);
        assertNeverCited(pure("encryption-in-transit"), framework, AT_REST[framework.id] ?? []);
      });
    });
  }

  it("cite no fact under the clearinghouse clause", () => {
    const hipaa = frameworks.find(({ id }) => id === "hipaa-security");
    assert.ok(hipaa);
    assert.ok(hipaa.requirements.some(({ id }) => id === "164.308(a)(4)(ii)(A)"));
    assertNeverCited(rules, hipaa, ["164.308(a)(4)(ii)(A)"]);
  });

  it("mark as addressable what the Security Rule marks so", () => {
    const hipaa = frameworks.find(({ id }) => id === "hipaa-security");
    const bearing = (id: string) => hipaa?.requirements.find((one) => one.id === id)?.bearing;
    assert.equal(bearing("164.312(a)(2)(iv)"), "addressable");
    assert.equal(bearing("164.312(e)(2)(ii)"), "addressable");
    assert.equal(bearing("164.312(b)"), "required");
    assert.equal(bearing("164.308(a)(7)(ii)(A)"), "required");
  });
});

function assertNeverCited(cited: readonly Rule[], framework: Framework, ids: readonly string[]): void {
  for (const id of ids)
    assert.ok(
      framework.requirements.some((one) => one.id === id),
      `${framework.id} has no ${id}`,
    );
  for (const rule of cited) {
    const wrong = citationsOf(rule, framework).filter(({ id }) => ids.includes(id));
    assert.deepEqual(
      wrong.map(({ id }) => `${rule.id} under ${id}`),
      [],
    );
  }
}
