import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { AuditEntry } from "@ward/core";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeEntry, makeSigner, ORIGIN, pseudonym } from "../fixtures.ts";
import { createLedger } from "../ledger.ts";
import { verifierKey } from "../note.ts";
import { verifyProof } from "../proof.ts";
import { accountDisclosures } from "./accounting.ts";
import { formatAnswer, tlogProofOf, verifyAnswer } from "./answer-file.ts";
import type { Question } from "./question.ts";
import { createQuestions, type Answer, type Questions } from "./questions.ts";
import { summarizeTouches } from "./touch-summary.ts";
import { pathText, tracePaths } from "./trace-path.ts";

const ANNA = pseudonym("anna");
const BERT = pseudonym("bert");
const signer = makeSigner();
let db: TestDatabase;
let questions: Questions;
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const trace = (number: number): string => `feed${number.toString(16).padStart(28, "0")}`;

function resultTrace(number: number, subject: string, minute: number): readonly AuditEntry[] {
  const common = { trace: trace(number), time: at(minute) };
  const lab = { ...common, principal: "function:lab-result", onBehalfOf: "service:mllp" };
  const notify = { ...common, principal: "function:notify", onBehalfOf: "function:lab-result" };
  const made = (entry: Partial<AuditEntry>): AuditEntry => {
    const { resource: _, subject: __, ...rest } = makeEntry(number, entry);
    return { ...rest, ...entry };
  };
  return [
    made({ ...common, principal: "service:mllp", action: "hl7.receive" }),
    made({ ...lab, action: "function.invoke" }),
    made({ ...lab, action: "fhir.create", subject, resource: { type: "DiagnosticReport" }, fields: ["code"] }),
    made({ ...lab, action: "fhir.create", subject, resource: { type: "Observation" }, fields: ["value[x]"] }),
    made({ ...lab, action: "fhir.create", subject, resource: { type: "Observation" }, fields: ["value[x]"] }),
    made({ ...lab, action: "event.emit", subject }),
    made({
      ...notify,
      action: "egress.send",
      subject,
      host: "registry.example.org",
      purpose: "PUBHLTH",
      carries: "phi",
    }),
    made({ ...notify, action: "egress.send", subject, host: "sms.example.org", carries: "none" }),
  ];
}

before(async () => {
  db = await startTestDatabase();
  const log = createLedger({ database: db.database, clock: systemClock, signer });
  const session = { session: "s-1", device: "cart-7", assurance: "aal2" } as const;
  await log.record([
    ...makeEntries(300),
    ...resultTrace(1, ANNA, 10),
    ...resultTrace(2, BERT, 11),
    // One trace over two patients: a search by a nurse, told as an entry for each.
    ...[ANNA, BERT].map((subject) =>
      makeEntry(1, {
        ...session,
        principal: "person:nurse",
        action: "fhir.search",
        subject,
        trace: trace(3),
        time: at(20),
      }),
    ),
    makeEntry(1, {
      principal: "function:chart",
      onBehalfOf: "person:nurse",
      action: "fhir.read",
      subject: ANNA,
      trace: trace(4),
      time: at(21),
    }),
    makeEntry(1, {
      principal: "service:registry",
      action: "fhir.read",
      subject: ANNA,
      trace: trace(5),
      time: at(22),
      purpose: "HRESCH",
      resource: { type: "Condition" },
      fields: ["code"],
    }),
    makeEntry(1, {
      principal: "person:clerk",
      subject: BERT,
      decision: "deny",
      outcome: "refused",
      reason: "access-denied",
      trace: trace(6),
      time: at(23),
    }),
    makeEntry(1, {
      action: "config.policy",
      item: "policies/a.cedar",
      digest: `sha256:${"1".repeat(64)}`,
      time: at(24),
      trace: trace(7),
    }),
    ...makeEntries(300, 10_000),
  ]);
  const sequencer = log.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
  questions = createQuestions({ database: db.database, signer, clock: systemClock });
});
after(async () => await db.close());

const actions = ({ entries }: Answer) => entries.map(({ entry }) => `${entry.principal} ${entry.action}`);

describe("who touched a patient's records", () => {
  test("names every principal with the steps around, and no other patient's entries", async () => {
    const answer = await questions.ask({ kind: "who-touched", subject: ANNA });
    assert.ok(answer.entries.every(({ entry }) => entry.subject === ANNA || entry.subject === undefined));
    assert.ok(!JSON.stringify(answer.entries).includes(BERT));
    assert.equal(answer.entries.length, 8 + 1 + 1 + 1);
    const touches = summarizeTouches(ANNA, answer.entries);
    assert.deepEqual(
      touches.map(({ principal, onBehalfOf, entries }) => [principal, onBehalfOf.join(), entries]),
      [
        ["function:lab-result", "service:mllp", 4],
        ["function:notify", "function:lab-result", 2],
        ["person:nurse", "", 1],
        ["function:chart", "person:nurse", 1],
        ["service:registry", "", 1],
      ],
    );
    const [path] = tracePaths(answer.entries);
    assert.ok(path);
    assert.equal(
      pathText(path),
      "mllp: hl7.receive → lab-result: function.invoke → fhir.create DiagnosticReport → fhir.create Observation (2) → " +
        "event.emit → notify: egress.send registry.example.org → egress.send sms.example.org",
    );
  });

  test("tells a path in the order of events, though a read is in the log before the message that caused it", () => {
    const [receive, , create] = resultTrace(1, ANNA, 10);
    assert.ok(receive && create);
    const read: AuditEntry = { ...create, action: "fhir.search", resource: { type: "Patient" } };
    const placed = [read, receive, create].map((entry, index) => ({ index, entry }));
    const [path] = tracePaths(placed);
    assert.ok(path);
    assert.equal(pathText(path), "mllp: hl7.receive → lab-result: fhir.search Patient → fhir.create DiagnosticReport");
  });

  test("keeps to a period", async () => {
    const answer = await questions.ask({ kind: "who-touched", subject: ANNA, since: at(21), until: at(22) });
    assert.deepEqual(actions(answer), ["function:chart fhir.read"]);
  });

  test("says where there is more than was asked for", async () => {
    const answer = await questions.ask({ kind: "who-touched", subject: ANNA }, 2);
    assert.ok(answer.hasMore);
    assert.ok(!(await questions.ask({ kind: "who-touched", subject: ANNA })).hasMore);
  });

  test("answers nothing about a patient nobody touched", async () => {
    assert.deepEqual((await questions.ask({ kind: "who-touched", subject: pseudonym("nobody") })).entries, []);
  });
});

describe("the accounting of disclosures", () => {
  test("lists what left with PHI and what outside programs read, with recipient, content, purpose and date", async () => {
    const { entries } = await questions.ask({ kind: "accounting", subject: ANNA });
    const disclosures = accountDisclosures(ANNA, entries);
    assert.deepEqual(
      disclosures.map(({ recipient, description, purpose, exemption, first, count }) => ({
        recipient,
        description,
        purpose,
        exemption,
        first,
        count,
      })),
      [
        {
          recipient: "registry.example.org",
          description: "DiagnosticReport (code); Observation (value[x])",
          purpose: "PUBHLTH",
          exemption: undefined,
          first: at(10),
          count: 1,
        },
        {
          recipient: "service:registry",
          description: "Condition (code)",
          purpose: "HRESCH",
          exemption: undefined,
          first: at(22),
          count: 1,
        },
      ],
    );
  });

  test("counts what an entry does not call free of PHI, and exempts treatment", () => {
    const entry = makeEntry(1, { action: "egress.send", subject: ANNA, host: "a.example.org" });
    const twice = [1, 2].map((index) => ({ index, entry: { ...entry, time: at(index) } }));
    const [line, ...others] = accountDisclosures(ANNA, twice);
    assert.equal(others.length, 0);
    assert.deepEqual([line?.count, line?.first, line?.last, line?.indexes], [2, at(1), at(2), [1, 2]]);
    assert.match(line?.exemption ?? "", /treatment/);
    const refused = [{ index: 1, entry: { ...entry, outcome: "refused" } as const }];
    assert.deepEqual(accountDisclosures(ANNA, refused), []);
    assert.deepEqual(accountDisclosures(BERT, twice), []);
  });
});

test("what a person did includes what functions did for them", async () => {
  const answer = await questions.ask({ kind: "what-did", principal: "person:nurse" });
  assert.deepEqual(actions(answer), [
    "person:nurse fhir.search",
    "person:nurse fhir.search",
    "function:chart fhir.read",
  ]);
  const other = await questions.ask({ kind: "what-did", principal: "function:notify", since: at(11) });
  assert.deepEqual(actions(other), ["function:notify egress.send", "function:notify egress.send"]);
});

test("why shows the whole trace of one entry, and nothing where there is none", async () => {
  const question = await questions.questionWhy(302);
  assert.ok(question);
  const answer = await questions.ask(question);
  assert.equal(answer.entries.length, 8);
  assert.equal(answer.entries.find(({ index }) => index === 302)?.entry.action, "fhir.create");
  for (const none of [-1, 1.5, 1_000_000, Number.NaN]) assert.equal(await questions.questionWhy(none), undefined);
});

test("refused and changes find their few entries", async () => {
  assert.deepEqual(actions(await questions.ask({ kind: "refused" })), ["person:clerk fhir.create"]);
  const { entries } = await questions.ask({ kind: "changes" });
  assert.deepEqual(
    entries.map(({ entry }) => entry.item),
    ["policies/a.cedar"],
  );
  assert.deepEqual((await questions.ask({ kind: "changes", since: at(25) })).entries, []);
});

test("a time that is none is refused", async () => {
  for (const since of ["yesterday", "2026-01-01", "2026-02-30T00:00:00.000Z"]) {
    await assert.rejects(questions.ask({ kind: "refused", since }), { code: "invalid-request" });
  }
});

describe("an answer as a file", () => {
  const every: readonly Question[] = [
    { kind: "who-touched", subject: ANNA },
    { kind: "accounting", subject: ANNA, since: at(0) },
    { kind: "what-did", principal: "person:nurse" },
    { kind: "why", index: 302, trace: trace(1) },
    { kind: "refused", until: at(60) },
    { kind: "changes" },
    { kind: "what-did", principal: "person:nobody" },
  ];
  for (const question of every) {
    test(`verifies with the public key alone: ${JSON.stringify(question)}`, async () => {
      const answer = await questions.prove(await questions.ask(question));
      for (const key of [signer.publicKey, verifierKey(signer)]) {
        const verdict = verifyAnswer(formatAnswer(answer), key);
        assert.ok(verdict.ok, JSON.stringify(verdict));
        assert.deepEqual(verdict.question, question);
        assert.equal(verdict.origin, ORIGIN);
        assert.deepEqual(
          verdict.entries,
          answer.entries.map(({ index, entry }) => ({ index, entry })),
        );
      }
      for (const { index, body } of answer.entries) {
        const text = tlogProofOf(answer, index) ?? "";
        assert.equal(verifyProof(text, Buffer.from(body), signer, ORIGIN)?.index, index);
      }
    });
  }

  test("is refused after any change", async () => {
    const answer = await questions.prove(await questions.ask({ kind: "who-touched", subject: ANNA }));
    const text = formatAnswer(answer);
    const file = JSON.parse(text) as {
      entries: { index: number; body: string; proof: string[] }[];
      checkpoint: string;
    };
    const problem = (changed: unknown, key: Uint8Array | string = signer.publicKey): string => {
      const verdict = verifyAnswer(typeof changed === "string" ? changed : JSON.stringify(changed), key);
      return verdict.ok ? "accepted" : verdict.problem;
    };
    const [first, second] = file.entries;
    assert.ok(first && second);
    const body = first.body.replace('"outcome":"success"', '"outcome":"failure"');
    assert.equal(problem({ ...file, entries: [{ ...first, body }] }), "entry-not-proven");
    assert.equal(problem({ ...file, entries: [{ ...first, index: first.index + 1 }] }), "entry-not-proven");
    assert.equal(problem({ ...file, entries: [{ ...first, proof: second.proof }] }), "entry-not-proven");
    assert.equal(problem({ ...file, entries: [first, first] }), "entry-repeated");
    assert.equal(problem({ ...file, entries: [...file.entries].reverse() }), "entry-repeated");
    assert.equal(problem({ ...file, question: { kind: "who-touched", subject: BERT } }), "entry-not-asked-for");
    assert.equal(problem({ ...file, question: { kind: "why", index: 9, trace: trace(1) } }), "entry-not-asked-for");
    assert.equal(
      problem({ ...file, checkpoint: file.checkpoint.replace(/^\S+/, "other.example/log") }),
      "checkpoint-forged",
    );
    assert.equal(problem({ ...file, checkpoint: file.checkpoint.replace(/\n\d+\n/, "\n5\n") }), "checkpoint-forged");
    assert.equal(problem(file, makeSigner().publicKey), "checkpoint-forged");
    assert.equal(problem(file, verifierKey(makeSigner("other.example/log"))), "checkpoint-forged");
    assert.equal(problem(file, "no key"), "checkpoint-forged");
    for (const broken of ["", "{}", "[]", text.slice(0, -10), { ...file, entries: [{}] }, { ...file, question: {} }]) {
      assert.equal(problem(broken), "not-an-answer");
    }
  });
});
