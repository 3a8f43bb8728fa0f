/** Criteria of a conditional write as what storage asks: what to lock, and what meets them. */
import { WardError, type Sql } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { JsonObject } from "../json.ts";
import { createCandidates, createRecordCache } from "../query/candidates.ts";
import { checkBounds, questionOf } from "../query/row-queries.ts";
import { limitsOf, type SearchTools } from "../query/search-call.ts";
import type { FlatCriterion, Search } from "../search/contract.ts";
import { indexOf } from "../search/index-of.ts";
import { judgeOf, type Judge } from "../search/meets.ts";
import { validate } from "../validate.ts";
import type { Condition, OpenRecord } from "../storage/contract.ts";

/**
 * `reader`: of the act that searches the type. `resource`: what is written where nothing meets the criteria. Throws
 * `invalid-resource`.
 */
export function conditionFor(
  tools: SearchTools,
  reader: RecordReader,
  search: Search,
  resource: JsonObject | undefined,
  isThere: (record: OpenRecord) => boolean,
): Condition {
  const blindIndex = (domain: string, value: string): bigint => tools.vault.blindIndex(domain, value);
  const [type = ""] = search.types;
  const canonical = canonicalOf(search);
  // Only a valid resource can be asked for its identifiers.
  if (resource !== undefined) validate(resource);
  const { plan } = questionOf(tools, [type], flat(search), "newest");
  return {
    canonical,
    // Criteria without tokens (a range of dates) have their own text in common.
    locks: [
      ...plan.allOf.flat(),
      ...(resource === undefined ? [] : indexOf(resource, blindIndex).identifierKeys),
      blindIndex("fhir.condition", canonical),
    ],
    find: async (sql) => await findMatches(tools, readerWith(sql, reader), search, 2, isThere),
  };
}

/** At most `max` records that meet the criteria and may be seen. */
export async function findMatches(
  tools: SearchTools,
  reader: RecordReader,
  search: Search,
  max: number,
  isThere: (record: OpenRecord) => boolean = () => true,
): Promise<readonly OpenRecord[]> {
  const [type = ""] = search.types;
  const criteria = flat(search);
  const question = questionOf(tools, [type], criteria, "newest");
  if (question.queries.length === 0) return [];
  const { candidatesMax } = limitsOf(tools);
  if (!question.plan.isSelective) await checkBounds(tools.storage, reader.sql, question, candidatesMax);
  const found: OpenRecord[] = [];
  const candidates = createCandidates(tools.storage, createRecordCache(tools.storage), new Map([[type, reader]]));
  const scan = { ...question, criteria, batch: 20, candidatesMax };
  await candidates.each(scan, (record) => {
    if (found.length < max && isThere(record)) found.push(record);
    return found.length < max;
  });
  return found;
}

/** Whether what is not stored yet meets criteria. */
export function judgeCondition(search: Search): Judge {
  return judgeOf(flat(search));
}

/** One text for equal criteria, whatever their order. */
function canonicalOf({ types, self }: Search): string {
  return JSON.stringify([types, self.split("&").sort()]);
}

function flat({ criteria }: Search): readonly FlatCriterion[] {
  return criteria.map((criterion) => {
    if (criterion.kind === "chain" || criterion.kind === "reverseChain") {
      throw new WardError("unsupported", { reason: "chained-condition" });
    }
    return criterion;
  });
}

function readerWith(sql: Sql, reader: RecordReader): RecordReader {
  return { sql, maySee: (record) => reader.maySee(record), looksAtRecords: reader.looksAtRecords };
}
