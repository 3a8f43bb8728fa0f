/** Stored value sets and code systems that a search names by URL: read as any other record, by an act of their own. */
import type { RecordReader } from "@ward/access";
import type { JsonObject } from "../json.ts";
import { escapeValue } from "../search/escape.ts";
import { withoutVersion } from "../search/kinds/uri.ts";
import { parseSearch } from "../search/parse-search.ts";
import type { FlatCriterion } from "../search/contract.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { createCandidates, createRecordCache } from "./candidates.ts";
import { openActs, type WantedAct } from "./open-acts.ts";
import { localReference, typeOf } from "./references.ts";
import { questionOf } from "./row-queries.ts";
import { limitsOf, type SearchCall, type SearchTools } from "./search-call.ts";

const TYPES = ["ValueSet", "CodeSystem"];

/** By canonical URL, the newest of several; or by `ValueSet/id`. Undefined where there is none that may be seen. */
export async function findDefinition(
  tools: SearchTools,
  { acts, baseUrl }: SearchCall,
  url: string,
): Promise<JsonObject | undefined> {
  const literal = localReference(url, baseUrl);
  if (literal !== undefined && !TYPES.includes(typeOf(literal))) return undefined;
  const wanted = TYPES.filter((type) => literal === undefined || type === typeOf(literal)).map((type): WantedAct => {
    const action = literal === undefined ? "fhir.search" : "fhir.read";
    // Who may search value sets and no code systems may still name a value set.
    return { act: { action, resourceType: type }, isOptional: literal === undefined && type === "CodeSystem" };
  });
  const { value } = await openActs(acts, wanted, async (readers) => {
    const record = literal === undefined ? await byUrl(tools, readers, url) : await byId(tools, readers, literal);
    return { value: record?.resource, touched: (type) => (record?.type === type ? [record.touched] : []) };
  });
  return value;
}

async function byId(
  { storage }: SearchTools,
  readers: ReadonlyMap<string, RecordReader>,
  literal: string,
): Promise<OpenRecord | undefined> {
  const reader = readers.get(typeOf(literal));
  const candidates = createCandidates(storage, createRecordCache(storage), readers);
  return reader && (await candidates.byReference([literal]))[0];
}

async function byUrl(
  tools: SearchTools,
  readers: ReadonlyMap<string, RecordReader>,
  url: string,
): Promise<OpenRecord | undefined> {
  const { storage } = tools;
  const types = [...readers.keys()];
  const bare = withoutVersion(url);
  const wanted = {
    url: escapeValue(bare),
    ...(bare === url ? {} : { version: escapeValue(url.slice(bare.length + 1)) }),
  };
  const { criteria } = parseSearch(types, new URLSearchParams(wanted).toString(), "strict");
  const flat = criteria as readonly FlatCriterion[];
  const question = questionOf(tools, types, flat, "newest");
  const { candidatesMax } = limitsOf(tools);
  let found: OpenRecord | undefined;
  const scan = { ...question, criteria: flat, batch: 10, candidatesMax };
  await createCandidates(storage, createRecordCache(storage), readers).each(scan, (record) => {
    found ??= record;
    return false;
  });
  return found;
}
