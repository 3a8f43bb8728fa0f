/** What a write answers (FHIR R4 http §3.1.0.4 to §3.1.0.8), by what became of it. */
import { assert, type FhirAnswer } from "@ward/core";
import type { WriteResult } from "../storage/contract.ts";
import { shownResource, writtenBody } from "./answer-form.ts";
import type { WriteEntry } from "./entry.ts";
import { isShown, type Matches } from "./match-conditions.ts";
import { etagOf } from "./preconditions.ts";

export function answerWritten(
  entry: WriteEntry,
  matches: Matches,
  results: ReadonlyMap<WriteEntry, WriteResult>,
): FhirAnswer {
  const { interaction } = entry;
  const match = matches.get(entry);
  const result = results.get(match !== undefined && "interaction" in match ? match : entry);
  if (interaction.kind === "create" && match !== undefined) {
    const met = "interaction" in match ? result : match;
    assert(met, "what was met is a record, or an earlier entry's");
    const { resource } = met;
    const body = isShown(entry) && resource ? { body: shownResource(resource, interaction.form) } : {};
    return { status: 200, ...body, ...headersOf(met) };
  }
  if (result === undefined || result.outcome === "absent" || result.outcome === "deleted") {
    const etag = result?.outcome === "deleted" ? { etag: etagOf(result.version) } : {};
    if (interaction.form.returns !== "OperationOutcome") return { status: 204, ...etag };
    return { status: 200, ...writtenBody(interaction.form, {}, "Deleted."), ...etag };
  }
  const isCreated = result.outcome === "created";
  return {
    status: isCreated ? 201 : 200,
    ...writtenBody(interaction.form, result, isCreated ? "Created." : "Updated."),
    ...headersOf(result),
  };
}

function headersOf({
  type,
  id,
  version,
  lastUpdated,
}: Pick<WriteResult, "type" | "id" | "version" | "lastUpdated">): Pick<
  FhirAnswer,
  "location" | "etag" | "lastModified"
> {
  return {
    location: `${type}/${id}/_history/${version}`,
    etag: etagOf(version),
    lastModified: lastUpdated.toISOString(),
  };
}
