import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { AuditEntry } from "@ward/core";
import type { Attack, ExpectedEntry } from "./attacks/attack.ts";
import { startAttackedNode, type AttackedNode } from "./attacks/attacked-node.ts";

const FOLDER = new URL("attacks/", import.meta.url);
const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".attack.ts")).sort();
const attacks = await Promise.all(
  files.map(async (file) => ((await import(new URL(file, FOLDER).href)) as { readonly attack: Attack }).attack),
);

describe("attacks on a whole node", () => {
  let ward: AttackedNode;
  before(async () => {
    ward = await startAttackedNode();
  });
  after(() => ward.close());

  for (const attack of attacks) {
    it(`${attack.name}: stopped at ${attack.stoppedAt}`, async () => {
      await ward.prepare(async () => undefined);
      const sent = ward.notifications.length;
      await attack.run(ward);
      await assertLeft(ward, attack.leaves);
      assertKeptIn(ward, sent);
      const { status, json } = await ward.call("still-here");
      assert.deepEqual([status, json], [200, { here: true }], "the node still serves");
    });
  }

  it("leaves a ledger that verifies, in which no attacker got a word", async () => {
    const report = await ward.node.state.verifyLedger();
    assert.ok(report.ok, JSON.stringify(report));
    const text = JSON.stringify(await ward.entriesFrom(0));
    assert.doesNotMatch(text, CANARY_VALUES);
    assert.doesNotMatch(text, /evil|drop table|169\.254/i);
  });

  it("told the operator nothing of the patient", () => {
    assert.doesNotMatch(JSON.stringify(ward.events), CANARY_VALUES);
  });
});

const CANARY_VALUES = /Zvonareva|Wilhelmina|88231907|1961-?03-?14/i;
/** A stopped process and a refused tunnel are recorded while nobody waits for it. */
const RECORD_MAX_MS = 5_000;

async function assertLeft(ward: AttackedNode, leaves: readonly ExpectedEntry[]): Promise<void> {
  const expected = leaves.flatMap((entry) => Array<string>(entry.times ?? 1).fill(line(entry))).sort();
  const deadline = performance.now() + RECORD_MAX_MS;
  for (;;) {
    const left = (await ward.entriesFrom(ward.preparedEntries)).map(line).sort();
    if (left.length >= expected.length || performance.now() > deadline) {
      assert.deepEqual(left, expected, "the ledger holds what the attack must leave, and nothing else");
      return;
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Whatever reached the SMS sink meanwhile holds nothing of the patient. */
function assertKeptIn(ward: AttackedNode, sent: number): void {
  assert.doesNotMatch(JSON.stringify(ward.notifications.slice(sent)), CANARY_VALUES);
}

function line(entry: AuditEntry | ExpectedEntry): string {
  const { principal, action, decision, outcome, reason = "", host } = entry;
  // Hosts are said only where the attack is about one.
  return [principal, action, `${decision}/${outcome}`, reason, decision === "deny" ? (host ?? "") : ""]
    .join(" ")
    .trim();
}
