/**
 * Chains and `_has` become sets: the inner criteria are searched first, and what they find says which references or ids
 * the outer record may have. What the caller may not see is not found there either. Bounded, since each inner match is
 * decrypted.
 */
import { WardError } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { Criterion, FlatCriterion } from "../search/contract.ts";
import type { OpenRecord } from "../storage/contract.ts";
import type { Candidates } from "./candidates.ts";
import { referencesOf } from "./references.ts";
import { checkBounds, questionOf } from "./row-queries.ts";
import { limitsOf, type SearchTools } from "./search-call.ts";

export interface ChainTools extends SearchTools {
  readonly candidates: Candidates;
  /** Of all types that may be searched; a type that is missing has no matches. */
  readonly readers: ReadonlyMap<string, RecordReader>;
  readonly baseUrl: string;
}

export interface Resolved {
  readonly criterion: FlatCriterion;
  /** Where the criterion alone would take a record of another type with the same id. */
  readonly accepts?: (record: OpenRecord) => boolean;
  /** Tells the inner records that let these matches be found: what an answer with them discloses. */
  through(matches: readonly OpenRecord[], tell: (record: OpenRecord) => void): void;
}

/** Types that a criterion reads beside those that are searched. */
export function innerTypes(
  criterion: Criterion,
): readonly { readonly type: string; readonly isOneOfSeveral: boolean }[] {
  if (criterion.kind === "chain") {
    const isOneOfSeveral = criterion.types.length > 1;
    return [...criterion.types.map((type) => ({ type, isOneOfSeveral })), ...innerTypes(criterion.inner)];
  }
  if (criterion.kind !== "reverseChain") return [];
  return [{ type: criterion.type, isOneOfSeveral: false }, ...innerTypes(criterion.inner)];
}

/** `types`: those of the records that must meet the criterion. */
export async function resolveCriterion(
  tools: ChainTools,
  types: readonly string[],
  criterion: Criterion,
): Promise<Resolved> {
  if (criterion.kind === "chain") return await resolveChain(tools, criterion);
  if (criterion.kind === "reverseChain") return await resolveReverse(tools, types, criterion);
  return { criterion, through: () => undefined };
}

async function resolveChain(
  tools: ChainTools,
  { parameter, types, inner }: Extract<Criterion, { kind: "chain" }>,
): Promise<Resolved> {
  const found = new Map<string, OpenRecord>();
  const resolutions: Resolved[] = [];
  for (const type of types) {
    if (!tools.readers.has(type)) continue;
    const resolved = await resolveCriterion(tools, [type], inner);
    resolutions.push(resolved);
    for (const record of await findAll(tools, type, resolved)) found.set(`${type}/${record.id}`, record);
  }
  return {
    criterion: { kind: "references", parameter, references: new Set(found.keys()) },
    through(matches, tell) {
      const used = new Set<OpenRecord>();
      for (const { resource } of matches) {
        for (const reference of referencesOf(resource, parameter.name, tools.baseUrl)) {
          const record = found.get(reference);
          if (record) used.add(record);
        }
      }
      for (const record of used) tell(record);
      for (const resolved of resolutions) resolved.through([...used], tell);
    },
  };
}

async function resolveReverse(
  tools: ChainTools,
  types: readonly string[],
  { type, parameter, inner }: Extract<Criterion, { kind: "reverseChain" }>,
): Promise<Resolved> {
  const resolved = await resolveCriterion(tools, [type], inner);
  const pointing = new Map<string, OpenRecord[]>();
  for (const record of await findAll(tools, type, resolved)) {
    for (const reference of referencesOf(record.resource, parameter.name, tools.baseUrl)) {
      const list = pointing.get(reference);
      if (list) list.push(record);
      else pointing.set(reference, [record]);
    }
  }
  const ids = [...pointing.keys()].flatMap((reference) => {
    const [target, id] = reference.split("/") as [string, string];
    return types.includes(target) ? [id] : [];
  });
  return {
    criterion: { kind: "ids", ids: new Set(ids) },
    accepts: ({ type: target, id }) => pointing.has(`${target}/${id}`),
    through(matches, tell) {
      const used = new Set(matches.flatMap((match) => pointing.get(`${match.type}/${match.id}`) ?? []));
      for (const record of used) tell(record);
      resolved.through([...used], tell);
    },
  };
}

async function findAll(
  tools: ChainTools,
  type: string,
  { criterion, accepts }: Resolved,
): Promise<readonly OpenRecord[]> {
  const { candidatesMax, innerMatchesMax } = limitsOf(tools);
  const { storage, candidates, readers } = tools;
  const question = questionOf(tools, [type], [criterion], "newest");
  const reader = readers.get(type);
  if (question.queries.length === 0 || !reader) return [];
  await checkBounds(storage, reader.sql, question, candidatesMax);
  const records: OpenRecord[] = [];
  await candidates.each({ ...question, accepts, criteria: [criterion], batch: 200, candidatesMax }, (record) => {
    if (records.length >= innerMatchesMax) {
      throw new WardError("too-large", { type, limitMatches: innerMatchesMax, reason: "chain" });
    }
    records.push(record);
    return true;
  });
  return records;
}
