/**
 * A batch (FHIR R4 http §3.1.0.11.1): each entry is a call of its own, with its own acts, transaction and outcome, so
 * that one that fails touches no other. What a call of its own would be refused, an entry is refused.
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
  let next = 0;
  const work = async (): Promise<void> => {
    for (let entry = entries[next++]; entry; entry = entries[next++]) {
      answers[entry.index] = await answerEntry(entry, interact, isAlone);
    }
  };
  await Promise.all(Array.from({ length: isAlone ? AT_ONCE : 1 }, work));
  return { resourceType: "Bundle", type: "batch-response", ...(answers.length === 0 ? {} : { entry: answers }) };
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
