import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readSamples, startTestNode, type Sample, type TestNode } from "./whole-node.ts";

describe("the main job", () => {
  let ward: TestNode;
  let samples: readonly Sample[];
  before(async () => {
    ward = await startTestNode();
    samples = await readSamples();
  });
  after(() => ward.close());

  it("answers every sample message as expected.json says", async () => {
    const acks = await ward.send(samples.map(({ bytes }) => bytes));
    await ward.node.settled(30_000);
    const told = ward.events.filter((event) => event.kind === "message");
    for (const [index, { name, expected }] of samples.entries()) {
      assert.equal(acks[index]?.code, expected.ack, name);
      assert.equal(acks[index]?.condition, expected.condition, name);
      const filed = told[index]?.filed ?? {};
      for (const [type, count] of Object.entries(expected.resources))
        assert.equal(filed[type] ?? 0, count, `${name}: ${type}`);
    }
  });

  it("sends one notification for each report, with a token and a link and nothing else", () => {
    const expected = samples.reduce((sum, sample) => sum + sample.expected.notifications, 0);
    assert.equal(ward.notifications.length, expected);
    for (const { to, text, link } of ward.notifications) {
      assert.equal(text, "You have a new lab result");
      assert.match(to, /^[A-Za-z0-9_-]{20,}$/);
      assert.match(link ?? "", /^https:\/\/localhost:\d+\/fhir\/R4\/DiagnosticReport\/[0-9a-f-]{36}$/);
    }
  });

  it("leaves entries for every step in one trace, and a ledger that verifies", async () => {
    const [first] = ward.events.filter((event) => event.kind === "message");
    assert.ok(first && (await ward.node.state.countEntries(first.trace)) >= 15);
    const report = await ward.node.state.verifyLedger();
    assert.ok(report.ok, JSON.stringify(report));
    assert.ok(report.entries > 200);
  });

  it("files the same messages once when the sender tries again", async () => {
    const accepted = samples.filter(({ expected }) => expected.ack === "AA");
    const before = ward.notifications.length;
    const acks = await ward.send(accepted.map(({ bytes }) => bytes));
    await ward.node.settled(30_000);
    assert.ok(acks.every(({ code }) => code === "AA"));
    const again = ward.events.filter((event) => event.kind === "message").slice(samples.length);
    assert.ok(again.every((event) => event.duplicate === true && event.filed === undefined));
    assert.equal(ward.notifications.length, before);
  });

  it("keeps what failed in quarantine, without a word of it in the list", async () => {
    const waiting = await ward.node.state.events.list();
    const kept = samples.filter(({ expected }) => expected.quarantined === true);
    assert.equal(waiting.length, kept.length);
    assert.ok(waiting.every(({ kind, state }) => kind === "message" && state === "quarantined"));
    const replayed = await ward.node.state.events.replay(waiting[0]?.id ?? "");
    assert.equal(replayed.ok, false, "a message that lacks a patient fails again");
  });
});
