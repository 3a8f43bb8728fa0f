/**
 * `Patient/[id]/$everything` and `Encounter/[id]/$everything`: the compartment as matches, and what its records refer to
 * outside of it (practitioners, organizations, medications, places) as includes (FHIR R4 patient-operation-everything).
 * Types that the caller may not search are left out and named.
 */
import { WardError } from "@ward/core";
import { searchValuesOf } from "../extraction/extract.ts";
import type { Search } from "../search/contract.ts";
import { isResourceType } from "../search/definitions.ts";
import { parameterOf } from "../search/parameters.ts";
import { parseSearch } from "../search/parse-search.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { dateRange } from "../validation/dates.ts";
import { answerSearch } from "./answer-search.ts";
import { typesIn, type CompartmentName } from "./compartments.ts";
import { resume } from "./run-search.ts";
import { limitsOf, type SearchCall, type SearchResult, type SearchTools } from "./search-call.ts";

/** Outside of a compartment, but needed to read what lies in it. */
const REFERRED = [
  "Practitioner",
  "PractitionerRole",
  "Organization",
  "Location",
  "HealthcareService",
  "Medication",
  "Substance",
  "Device",
  "Endpoint",
];
const PARAMETERS = ["start", "end", "_since", "_type", "_count", "_cursor"];

/** By which parameter a type is dated, the first that it has. */
const CARE_DATES = [
  ..."date period effective-time effective occurrence onset-date started collected sent whenhandedover datetime".split(
    " ",
  ),
  ..."authoredon authored authored-on created recorded identified start-date datewritten".split(" "),
];

interface Window {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** `query` as in a URL. Throws `not-found` where there is no such record, or none that may be seen. */
export async function runEverything(
  tools: SearchTools,
  call: SearchCall & { readonly compartment: CompartmentName },
  query: string,
): Promise<SearchResult> {
  const parameters = parse(query);
  const { compartment } = call;
  const cursor = parameters.get("_cursor");
  const first = searchOf(tools, call, query, tools.clock.now());
  const run = resume(tools, call, cursor === null ? first : { ...first, cursor }, (text, now) =>
    searchOf(tools, call, text, now),
  );
  if (cursor === null) await checkExists(tools, call, compartment);
  const asked = cursor === null ? parameters : parse(run.search.self);
  const window = { start: asked.get("start") ?? undefined, end: asked.get("end") ?? undefined };
  const isDated = window.start !== undefined || window.end !== undefined;
  return await answerSearch(
    tools,
    { ...call, leavesOutForbidden: true },
    { ...run, ...(isDated ? { accepts: (record) => liesWithin(record, window) } : {}) },
  );
}

function parse(query: string): URLSearchParams {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name)) throw new WardError("unsupported", { parameter: "(other)", reason: "parameter" });
    if (parameters.getAll(name).length > 1 && name !== "_type") {
      throw new WardError("invalid-request", { parameter: name, reason: "repeated" });
    }
  }
  for (const name of ["start", "end"]) {
    const text = parameters.get(name);
    if (text !== null && !dateRange(text))
      throw new WardError("invalid-request", { parameter: name, reason: "date-form" });
  }
  return parameters;
}

/** `self` is the operation's own query, which the cursor carries. */
function searchOf(tools: SearchTools, { compartment, baseUrl }: SearchCall, query: string, now: Date): Search {
  const parameters = parse(query);
  const named = parameters.getAll("_type").flatMap((list) => list.split(","));
  for (const type of named) {
    if (!isResourceType(type)) throw new WardError("invalid-request", { parameter: "_type", reason: "unknown-type" });
  }
  const { type = "Patient" } = compartment ?? {};
  const types = typesIn(type).filter((each) => named.length === 0 || named.includes(each));
  const since = parameters.get("_since");
  const count = parameters.get("_count") ?? String(limitsOf(tools).countMax);
  const criteria = new URLSearchParams({ _count: count, ...(since === null ? {} : { _lastUpdated: `ge${since}` }) });
  const targets = (type === "Patient" ? REFERRED : [...REFERRED, "Patient"]).filter(
    (each) => named.length === 0 || named.includes(each),
  );
  parameters.delete("_cursor");
  return {
    ...parseSearch(types.length > 0 ? types : [type], criteria.toString(), "strict", { baseUrl, now }),
    types,
    includes: targets.map((target) => ({ type: "*", parameter: "*", target, isIterating: true })),
    self: parameters.toString(),
  };
}

async function checkExists(
  { storage }: SearchTools,
  { acts }: SearchCall,
  { type, id }: CompartmentName,
): Promise<void> {
  await acts.read({ action: "fhir.read", resourceType: type, resourceId: id }, async (reader) => {
    const row = await storage.findRecord(reader.sql, type, id);
    if (!row) throw new WardError("not-found", { type });
    const [record] = await storage.open(reader.sql, [row]);
    const { subjectId, labels = [] } = record ?? {};
    if (!reader.maySee({ type, labels, ...(subjectId === undefined ? {} : { subjectId }) })) {
      throw new WardError("not-found", { type });
    }
    if (row.deleted) throw new WardError("gone", { type });
    return { value: undefined, touched: [] };
  });
}

/** What has no date of care is not left out: nobody could say that it lies outside. */
function liesWithin({ type, resource }: OpenRecord, { start, end }: Window): boolean {
  const name = CARE_DATES.find((each) => parameterOf(type, each)?.kind === "date");
  const from = dateRange(start)?.from ?? -Infinity;
  const to = dateRange(end)?.to ?? Infinity;
  const values = name === undefined ? [] : searchValuesOf(resource, name);
  const dates = values.flatMap((value) => (value.kind === "date" ? [value] : []));
  return dates.length === 0 || dates.some((date) => date.from < to && date.to > from);
}
