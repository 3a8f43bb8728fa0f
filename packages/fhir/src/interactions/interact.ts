/**
 * FHIR R4 interactions, each through the door: authorized and recorded act by act, a transaction's entries one by one
 * and all before the first of them reads or writes (45 CFR 164.312(b)).
 */
import {
  assert,
  WardError,
  type Caller,
  type Clock,
  type FhirAnswer,
  type FhirCall,
  type Transaction,
} from "@ward/core";
import type { Acts, Door } from "@ward/access";
import type { Vault } from "@ward/vault";
import type { FhirService } from "../contract.ts";
import { hasExact, writeJson } from "../json.ts";
import { retryContended } from "../storage/retry-contended.ts";
import { createRecordStorage, type RecordRules } from "../storage/record-storage.ts";
import { finishAnswer, type AnswerForm, splitQuery } from "./answer-form.ts";
import { runBatch } from "./batch.ts";
import { atEntry } from "./bundle/entry-error.ts";
import { parseBundle, type BundleRequest } from "./bundle/parse-bundle.ts";
import { responseEntry } from "./bundle/response-entry.ts";
import { capabilityStatement } from "./capability-statement.ts";
import { actKey, actsOf, isWriteEntry, type Entry, type EntryCall, type EntryTools } from "./entry.ts";
import { look } from "./look.ts";
import { openEntries, type OpenedActs } from "./open-entries.ts";
import { parseInteraction, takeJson } from "./parse-call.ts";
import { parseRequestLine } from "./request-line.ts";
import { writeEntries } from "./write-entries.ts";

export interface FhirOptions extends RecordRules {
  readonly door: Door;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Random UUIDs (v4: a v7 would tell when a record was made). */
  readonly newId: () => string;
}

/** Where no base is told, as a function's calls have none. */
const OWN_BASE = "http://ward/fhir/R4";
/** DELETE, POST, PUT and PATCH, then what reads (R4 http §3.1.0.11.2). */
const ORDER: Readonly<Record<Entry["interaction"]["kind"], number>> = {
  delete: 0,
  create: 1,
  update: 2,
  patch: 2,
  read: 3,
  vread: 3,
  history: 3,
  search: 3,
  operation: 3,
};

export function createFhirService({ door, vault, clock, newId, ...rules }: FhirOptions): FhirService {
  const tools: EntryTools = { vault, storage: createRecordStorage({ vault, clock, rules }), clock, newId };
  const startedAt = clock.now();
  /** Half a megabyte: made once for all who ask. */
  let statement: { readonly baseUrl: string; readonly json: Uint8Array } | undefined;

  return {
    interact: (caller, call, within) => answerCall(caller, call, false, within),
    capabilities(call) {
      const baseUrl = call.base ?? OWN_BASE;
      const line = parseRequestLine(call.method, call.path, baseUrl);
      if (line.kind !== "capabilities") throw new WardError("not-found", { reason: "path" });
      return finished(describe(line.query, baseUrl), splitQuery(line.query, true).form);
    },
  };

  async function answerCall(
    caller: Caller,
    call: FhirCall,
    isEntry: boolean,
    within: Transaction | undefined,
  ): Promise<FhirAnswer> {
    const baseUrl = call.base ?? OWN_BASE;
    const line = parseRequestLine(call.method, call.path, baseUrl);
    if (line.kind === "bundle") {
      if (isEntry) throw new WardError("invalid-request", { reason: "nested-bundle" });
      return await answerBundle(caller, call, line.query, within);
    }
    if (line.kind === "capabilities") return finished(describe(line.query, baseUrl), splitQuery(line.query, true).form);
    const interaction = parseInteraction(line, call, { baseUrl, now: clock.now(), isEntry });
    const [answer] = await perform(caller, [{ index: 0, interaction }], baseUrl, false, within);
    assert(answer, "every entry has its answer");
    return finished(answer, interaction.form);
  }

  async function answerBundle(
    caller: Caller,
    call: FhirCall,
    query: string,
    within: Transaction | undefined,
  ): Promise<FhirAnswer> {
    const { form } = splitQuery(query, true);
    const request = parseBundle(takeJson(call.body, { isEntry: false }), call);
    if (request.type === "batch") {
      const answer = (each: FhirCall): Promise<FhirAnswer> => answerCall(caller, each, true, within);
      return finished({ status: 200, body: await runBatch(request.entries, answer, within === undefined) }, form);
    }
    const entries = parseTransaction(request, call.base ?? OWN_BASE);
    const answers = entries.length === 0 ? [] : await perform(caller, entries, call.base ?? OWN_BASE, true, within);
    const entry = answers.map(responseEntry);
    const body = { resourceType: "Bundle", type: "transaction-response", ...(entry.length === 0 ? {} : { entry }) };
    return finished({ status: 200, body }, form);
  }

  function parseTransaction({ entries }: BundleRequest, baseUrl: string): readonly Entry[] {
    const now = clock.now();
    const parsed = entries.map(({ index, fullUrl, call }) =>
      atEntry(index, (): Entry => {
        const line = parseRequestLine(call.method, call.path, baseUrl);
        if (line.kind === "bundle") throw new WardError("invalid-request", { reason: "nested-bundle" });
        if (line.kind === "capabilities" || line.kind === "operation") {
          throw new WardError("unsupported", { reason: "not-in-a-transaction" });
        }
        const interaction = parseInteraction(line, call, { baseUrl, now, isEntry: true });
        return { index, interaction, ...(fullUrl === undefined ? {} : { fullUrl }) };
      }),
    );
    return parsed.sort((a, b) => ORDER[a.interaction.kind] - ORDER[b.interaction.kind] || a.index - b.index);
  }

  /** Answers in the order of the request. */
  function perform(
    caller: Caller,
    entries: readonly Entry[],
    baseUrl: string,
    isBundle: boolean,
    within: Transaction | undefined,
  ): Promise<readonly FhirAnswer[]> {
    const wanted = entries.map((entry) => actsOf(entry, tools, isBundle));
    const work = (acts: Acts): Promise<readonly FhirAnswer[]> =>
      openEntries(acts, wanted, (opened) => answerEntries(tools, { acts, caller, baseUrl, isBundle }, opened, entries));
    const session = (): Promise<readonly FhirAnswer[]> => door.session(caller, work, within);
    // Only writes contend, and a transaction that the caller holds is not this one's to begin again.
    return within === undefined && entries.some(isWriteEntry) ? retryContended(session) : session();
  }

  function describe(query: string, baseUrl: string): FhirAnswer {
    const mode = new URLSearchParams(query).get("mode") ?? "full";
    if (mode === "terminology") throw new WardError("unsupported", { parameter: "mode", reason: "terminology" });
    if (mode !== "full" && mode !== "normative") throw new WardError("invalid-request", { parameter: "mode" });
    if (statement?.baseUrl !== baseUrl) {
      statement = { baseUrl, json: Buffer.from(JSON.stringify(capabilityStatement(baseUrl, startedAt))) };
    }
    return { status: 200, json: statement.json };
  }
}

/** `entries`: those that write before those that read. */
async function answerEntries(
  tools: EntryTools,
  call: EntryCall,
  opened: OpenedActs,
  entries: readonly Entry[],
): Promise<readonly FhirAnswer[]> {
  const answers: FhirAnswer[] = [];
  const writes = entries.filter(isWriteEntry);
  if (writes.length > 0) {
    const written = await writeEntries(tools, call, opened, writes);
    written.forEach((answer, { index }) => (answers[index] = answer));
  }
  for (let at = writes.length; at < entries.length; at += 1) {
    const entry = entries[at] as Entry;
    const { answer, touched } = await look(tools, call, opened, entry);
    if (touched.length > 0) opened.touch(actKey(entry), touched);
    answers[entry.index] = answer;
  }
  return answers;
}

/** JavaScript's own writing would lose the text of decimals: such a body leaves as bytes. */
function finished(answer: FhirAnswer, form: Pick<AnswerForm, "isPretty">): FhirAnswer {
  const shaped = finishAnswer(answer, form);
  if (shaped.body === undefined || !hasExact(shaped.body)) return shaped;
  const { body, ...rest } = shaped;
  return { ...rest, json: Buffer.from(writeJson(body)) };
}
