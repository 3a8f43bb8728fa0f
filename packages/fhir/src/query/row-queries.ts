/** Flat criteria as questions to storage: which rows may match, and whether asking is worth it at all. */
import { assert, type Sql } from "@ward/core";
import type { FlatCriterion, Plan, ReferenceCriterion } from "../search/contract.ts";
import type { Searched } from "../extraction/searched.ts";
import { judgeOf, type Judge } from "../search/meets.ts";
import { parameterOf } from "../search/parameters.ts";
import { plan } from "../search/plan.ts";
import type { RecordStorage, RowOrder, RowQuery } from "../storage/contract.ts";
import { tooManyCandidates } from "./candidates.ts";
import { parametersInto, type CompartmentName } from "./compartments.ts";
import type { SearchTools } from "./search-call.ts";

type PlanTools = Pick<SearchTools, "vault" | "storage">;

export interface Question {
  readonly plan: Plan;
  /** None where nothing can match. */
  readonly queries: readonly Omit<RowQuery, "limit" | "after">[];
  readonly accepts?: (record: Searched) => boolean;
}

export function questionOf(
  tools: PlanTools,
  types: readonly string[],
  criteria: readonly FlatCriterion[],
  order: RowOrder,
  compartment?: CompartmentName,
): Question {
  const planned = planOf(tools, types, criteria);
  const { allOf, ids, subjectIds, updated } = planned;
  const all: Omit<RowQuery, "limit" | "after"> = {
    types,
    allOf,
    order,
    ...(ids === undefined ? {} : { ids }),
    ...(subjectIds === undefined ? {} : { subjectIds }),
    ...(updated === undefined ? {} : { updated }),
  };
  if (compartment === undefined) return { plan: planned, queries: [all].filter(canMatch) };
  const { tokens, accepts } = membership(tools, types, compartment);
  const { type, id } = compartment;
  const itself = types.includes(type) && (ids === undefined || ids.includes(id));
  const queries = [{ ...all, allOf: [...allOf, tokens] }, ...(itself ? [{ ...all, types: [type], ids: [id] }] : [])];
  return { plan: planned, queries: queries.filter(canMatch), accepts };
}

/** As the records were indexed. */
function planOf({ vault, storage }: PlanTools, types: readonly string[], criteria: readonly FlatCriterion[]): Plan {
  return plan(types, criteria, (domain, value) => vault.blindIndex(domain, value), storage.index);
}

/** Throws `too-large` where more than `limit` rows would have to be decrypted to answer. */
export async function checkBounds(storage: RecordStorage, sql: Sql, question: Question, limit: number): Promise<void> {
  if (await isWithin(storage, sql, question, limit)) return;
  throw tooManyCandidates(question.queries[0]?.types ?? [], limit);
}

export async function isWithin(
  storage: RecordStorage,
  sql: Sql,
  { queries }: Question,
  limit: number,
): Promise<boolean> {
  let count = 0;
  for (const { order: _, ...query } of queries) count += await storage.countRows(sql, { ...query, limit: limit + 1 });
  return count <= limit;
}

function canMatch({ types, allOf, ids, subjectIds }: Omit<RowQuery, "limit" | "after">): boolean {
  return types.length > 0 && allOf.every((group) => group.length > 0) && ids?.length !== 0 && subjectIds?.length !== 0;
}

/** What puts a record into a compartment: a reference to it by one of the parameters that R4 names for the type. */
function membership(
  tools: PlanTools,
  types: readonly string[],
  { type: compartment, id }: CompartmentName,
): { readonly tokens: bigint[]; readonly accepts: (record: Searched) => boolean } {
  const references: ReadonlySet<string> = new Set([`${compartment}/${id}`]);
  const byType = new Map<string, readonly Judge[]>();
  const tokens = new Set<bigint>();
  for (const type of types) {
    const criteria = parametersInto(compartment, type).map((name): ReferenceCriterion => {
      const parameter = parameterOf(type, name);
      assert(parameter, "the generator checked that R4 has the parameter");
      return { kind: "references", parameter, references };
    });
    byType.set(
      type,
      criteria.map((criterion) => judgeOf([criterion])),
    );
    for (const criterion of criteria) {
      for (const token of planOf(tools, [type], [criterion]).allOf.flat()) tokens.add(token);
    }
  }
  return {
    tokens: [...tokens],
    accepts: (record) =>
      (record.type === compartment && record.id === id) || (byType.get(record.type) ?? []).some((lies) => lies(record)),
  };
}
