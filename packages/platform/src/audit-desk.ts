/**
 * Where the auditor asks. Each question passes a door of its own as `service:auditor` and is recorded, about the patient
 * it names, before it is answered; an identifier becomes a patient through the same door and the blind index, as any
 * search would. INVARIANT: the auditor's power is these questions and that search, whatever the app's policies say.
 */
import { randomUUID } from "node:crypto";
import { compilePolicies, createDoor, type BuiltinPower } from "@ward/access";
import { newTraceId, systemClock, WardError, type Caller, type Transaction } from "@ward/core";
import { createFhirService, recordIdOf, type FhirService } from "@ward/fhir";
import {
  accountDisclosures,
  createQuestions,
  exportEntries,
  formatAnswer,
  summarizeTouches,
  tracePaths,
  type Question,
  type Questions,
} from "@ward/ledger";
import { verifierKey, verifyAnswer } from "@ward/ledger/verify";
import type { AnswerVerdict, Inquiry, InquiryAnswer, WardState } from "./contract.ts";
import type { Foundation } from "./foundation.ts";

export { EXPORT_FORMATS } from "@ward/ledger";

export interface AuditDesk {
  readonly audit: WardState["audit"];
  /** Records that a secret was put, in the transaction that puts it. */
  noteSecret(name: string, tx: Transaction): Promise<void>;
}

const AUDITOR = { kind: "service", id: "auditor" } as const;
const OPERATOR = { kind: "service", id: "operator" } as const;
const POWERS: readonly BuiltinPower[] = [
  { principal: AUDITOR.id, action: "ledger.ask", resourceType: "AuditEvent", purposes: ["HOPERAT"] },
  { principal: AUDITOR.id, action: "ledger.export", resourceType: "AuditEvent", purposes: ["HOPERAT"] },
  { principal: AUDITOR.id, action: "fhir.search", resourceType: "Patient", purposes: ["HOPERAT"] },
];
const ACTS_PER_MINUTE = 100_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ITEM = /^[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}$/;

/** `key`: the log's verifier key, as it was handed over on another way than the answer. */
export function checkAnswer(text: string, key: string): AnswerVerdict {
  return verifyAnswer(text, key);
}

export function openAuditDesk(foundation: Foundation): AuditDesk {
  const { database, ledger, vault } = foundation;
  const signer = vault.ledgerSigner;
  let opened: { readonly door: ReturnType<typeof createDoor>; readonly fhir: FhirService } | undefined;
  // Policies are compiled when somebody asks: most commands don't.
  const desk = () => {
    if (opened !== undefined) return opened;
    const policies = compilePolicies({ manifests: [], appPolicies: {}, builtins: POWERS });
    const quotas = { actsPerMinute: ACTS_PER_MINUTE };
    const door = createDoor({ database, ledger, policies, tags: vault, quotas, clock: systemClock });
    opened = { door, fhir: createFhirService({ door, vault, clock: systemClock, newId: randomUUID }) };
    return opened;
  };
  const questions = createQuestions({ database, signer, clock: systemClock });
  return {
    audit: {
      verifierKey: verifierKey(signer),
      async ask(inquiry) {
        const caller = newCaller();
        const patientId = "patient" in inquiry ? await findPatient(desk().fhir, caller, inquiry.patient) : undefined;
        const subjectId = patientId === undefined ? undefined : recordIdOf(vault, "Patient", patientId);
        const facts = subjectId === undefined ? {} : { subjectId };
        await desk().door.permit(caller, { action: "ledger.ask", resourceType: "AuditEvent" }, facts);
        await placePending(foundation);
        const tags = subjectId === undefined ? undefined : await vault.subjectTags(subjectId);
        // Of somebody who never was, or was erased, nothing can be found.
        if (subjectId !== undefined && tags === undefined) throw new WardError("not-found", { type: "Patient" });
        return await answer(questions, await questionOf(questions, inquiry, tags?.subject ?? ""), signer.name);
      },
      async *export(format, range) {
        await desk().door.permit(newCaller(), { action: "ledger.export", resourceType: "AuditEvent" });
        await placePending(foundation);
        const size = (await ledger.checkpoint())?.size ?? 0;
        yield* exportEntries(database, format, signer.name, { ...range, size });
      },
    },
    async noteSecret(name, tx) {
      if (!ITEM.test(name)) throw new WardError("invalid-request", { parameter: "name" });
      const caller = { principal: OPERATOR, purpose: "HOPERAT", traceId: newTraceId() } as const;
      const act = { action: "secret.put", resourceType: "Secret", resourceId: name } as const;
      await desk().door.note(caller, act, { decision: "allow", outcome: "success", item: name }, tx);
    },
  };
}

async function questionOf(questions: Questions, inquiry: Inquiry, subject: string): Promise<Question> {
  if (inquiry.kind === "why") {
    const question = await questions.questionWhy(inquiry.index);
    if (question === undefined) throw new WardError("not-found", { what: "entry" });
    return question;
  }
  const { since, until } = inquiry;
  const period = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  switch (inquiry.kind) {
    case "who-touched":
    case "accounting":
      return { kind: inquiry.kind, subject, ...period };
    case "what-did":
      return { kind: inquiry.kind, principal: inquiry.principal, ...period };
    case "refused":
    case "changes":
      return { kind: inquiry.kind, ...period };
  }
}

async function answer(questions: Questions, question: Question, origin: string): Promise<InquiryAnswer> {
  const found = await questions.ask(question);
  const { size, hasMore, entries } = found;
  return {
    question,
    origin,
    size,
    hasMore,
    entries: entries.map(({ index, entry }) => ({ index, entry })),
    paths: tracePaths(entries),
    touches: question.kind === "who-touched" ? summarizeTouches(question.subject, entries) : [],
    disclosures: question.kind === "accounting" ? accountDisclosures(question.subject, entries) : [],
    prove: async () => formatAnswer(await questions.prove(found)),
  };
}

/** An id is taken as it is, also of a patient whose record was deleted; anything else is searched for. */
async function findPatient(fhir: FhirService, caller: Caller, patient: string): Promise<string> {
  const id = patient.replace(/^Patient\//, "");
  if (UUID.test(id) || id !== patient) return id;
  const path = `Patient?identifier=${encodeURIComponent(patient)}`;
  const { body, json = Buffer.of() } = await fhir.interact(caller, { method: "GET", path });
  const { entry = [] } = (body ?? JSON.parse(Buffer.from(json).toString())) as {
    entry?: readonly { resource: { id: string } }[];
  };
  const [found, ...others] = entry;
  if (found === undefined) throw new WardError("not-found", { type: "Patient" });
  if (others.length > 0) throw new WardError("multiple-matches", { type: "Patient", count: entry.length });
  return found.resource.id;
}

/** So that an answer holds everything that was committed before it was asked for, also where no node is running. */
async function placePending({ ledger }: Foundation): Promise<void> {
  const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
  try {
    await sequencer.flush();
  } finally {
    await sequencer.stop();
  }
}

function newCaller(): Caller {
  return { principal: AUDITOR, purpose: "HOPERAT", traceId: newTraceId() };
}
