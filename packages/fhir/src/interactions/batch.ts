/**
 * A batch (FHIR R4 http §3.1.0.11.1): each entry is a call of its own, with its own acts, transaction and outcome, so
 * that one that fails touches no other. What a call of its own would be refused, an entry is refused. No entry should
 * hang on another; where one does, it finds what those before it did: at once happens only what cannot.
 */
import { asWardError, outcomeOf, type WardError, type FhirAnswer, type FhirCall } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { responseEntry, STATUS_TEXTS } from "./bundle/response-entry.ts";
import type { EntryRequest } from "./bundle/parse-bundle.ts";

/** How many entries are worked on at once: less than the door's own sessions, which others wait for too. */
const AT_ONCE = 4;

export async function runBatch(
  entries: readonly EntryRequest[],
  interact: (call: FhirCall) => Promise<FhirAnswer>,
  isAlone: boolean,
): Promise<JsonObject> {
  const answers: JsonObject[] = [];
  for (const run of isAlone ? runsOf(entries) : [entries]) {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let entry = run[next++]; entry; entry = run[next++]) {
        answers[entry.index] = await answerEntry(entry, interact, isAlone);
      }
    };
    await Promise.all(Array.from({ length: isAlone ? Math.min(AT_ONCE, run.length) : 1 }, work));
  }
  return { resourceType: "Bundle", type: "batch-response", ...(answers.length === 0 ? {} : { entry: answers }) };
}

/** Entries that follow each other and do not hang on each other, in the order of the request. */
function runsOf(entries: readonly EntryRequest[]): readonly (readonly EntryRequest[])[] {
  const runs: EntryRequest[][] = [];
  let kind: Kind | undefined;
  let paths = new Set<string>();
  for (const entry of entries) {
    const next = kindOf(entry);
    const { path } = entry.call;
    const run = runs.at(-1);
    if (run !== undefined && next !== undefined && next === kind && !(next === "update" && paths.has(path)))
      run.push(entry);
    else {
      runs.push([entry]);
      paths = new Set();
    }
    kind = next;
    paths.add(path);
  }
  return runs;
}

type Kind = "read" | "create" | "update";

/** Undefined: what it does may hang on any other. */
function kindOf({ call: { method, path, ifNoneExist } }: EntryRequest): Kind | undefined {
  if (method === "GET") return "read";
  if (method === "PUT" && !path.includes("?")) return "update";
  const isCreate = method === "POST" && ifNoneExist === undefined && /(?:^|\/)[A-Z][A-Za-z]+$/.test(path);
  return isCreate ? "create" : undefined;
}

async function answerEntry(
  { call }: EntryRequest,
  interact: (call: FhirCall) => Promise<FhirAnswer>,
  isAlone: boolean,
): Promise<JsonObject> {
  try {
    return responseEntry(await interact(call));
  } catch (thrown) {
    const error = asWardError(thrown);
    // In a caller's transaction the other entries hang on this one.
    if (!isAlone && error.kind.fault !== "caller") throw error;
    return { response: { status: STATUS_TEXTS[error.kind.status] ?? `${error.kind.status}`, ...outcome(error) } };
  }
}

function outcome(error: WardError): JsonObject {
  return { outcome: outcomeOf(error) as unknown as JsonObject };
}
