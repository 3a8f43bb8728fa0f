/**
 * Chains and `_has` become sets: the inner criteria are searched first, and what they find says which references or ids
 * the outer record may have. What the caller may not see is not found there either. Bounded, since each inner match is
 * decrypted.
 */
import { WardError } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { ChainCriterion, Criterion, FlatCriterion, ReverseChainCriterion } from "../search/contract.ts";
import type { Searched } from "../extraction/searched.ts";
import type { OpenRecord } from "../storage/contract.ts";
import type { Candidates } from "./candidates.ts";
import type { CompartmentName } from "./compartments.ts";
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
  readonly accepts?: (record: Searched) => boolean;
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

/**
 * Criteria of one search, `types` those of the records that must meet them. Where a chain's inner criteria alone match
 * too many, the others are searched first, and the chain is asked only of what their records refer to.
 */
export async function resolveAll(
  tools: ChainTools,
  types: readonly string[],
  criteria: readonly Criterion[],
  compartment?: CompartmentName,
): Promise<readonly Resolved[]> {
  const resolved: Resolved[] = [];
  const postponed: (ChainCriterion | ReverseChainCriterion)[] = [];
  let tooLarge: WardError | undefined;
  for (const criterion of criteria) {
    if (criterion.kind !== "chain" && criterion.kind !== "reverseChain") {
      resolved.push({ criterion, through: () => undefined });
      continue;
    }
    try {
      resolved.push(await resolveOne(tools, types, criterion, undefined));
    } catch (thrown) {
      if (!(thrown instanceof WardError) || thrown.code !== "too-large") throw thrown;
      tooLarge = thrown;
      postponed.push(criterion);
    }
  }
  if (tooLarge === undefined) return resolved;
  if (resolved.length === 0 && compartment === undefined) throw tooLarge;
  const outer = await findAll(tools, types, resolved, limitsOf(tools).candidatesMax, compartment);
  for (const criterion of postponed) {
    const references =
      criterion.kind === "reverseChain"
        ? outer.map(({ type, id }) => `${type}/${id}`)
        : outer.flatMap((record) => referencesOf(record, criterion.parameter.name, tools.baseUrl));
    resolved.push(await resolveOne(tools, types, criterion, new Set(references)));
  }
  return resolved;
}

/** `within`: references that alone matter: of the chain's targets, or to the records that a reverse chain comes to. */
async function resolveOne(
  tools: ChainTools,
  types: readonly string[],
  criterion: ChainCriterion | ReverseChainCriterion,
  within: ReadonlySet<string> | undefined,
): Promise<Resolved> {
  return criterion.kind === "chain"
    ? await resolveChain(tools, criterion, within)
    : await resolveReverse(tools, types, criterion, within);
}

async function resolveChain(
  tools: ChainTools,
  { parameter, types, inner }: ChainCriterion,
  within: ReadonlySet<string> | undefined,
): Promise<Resolved> {
  const found = new Map<string, OpenRecord>();
  const resolutions: Resolved[] = [];
  for (const type of types) {
    if (!tools.readers.has(type)) continue;
    const wanted: Criterion[] = within === undefined ? [inner] : [{ kind: "ids", ids: idsOf(within, [type]) }, inner];
    const resolved = await resolveAll(tools, [type], wanted);
    resolutions.push(...resolved);
    for (const record of await findInner(tools, type, resolved)) found.set(`${type}/${record.id}`, record);
  }
  return {
    criterion: { kind: "references", parameter, references: new Set(found.keys()) },
    through(matches, tell) {
      const used = new Set<OpenRecord>();
      for (const match of matches) {
        for (const reference of referencesOf(match, parameter.name, tools.baseUrl)) {
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
  { type, parameter, inner }: ReverseChainCriterion,
  within: ReadonlySet<string> | undefined,
): Promise<Resolved> {
  const wanted: Criterion[] =
    within === undefined ? [inner] : [{ kind: "references", parameter, references: within }, inner];
  const resolutions = await resolveAll(tools, [type], wanted);
  const pointing = new Map<string, OpenRecord[]>();
  for (const record of await findInner(tools, type, resolutions)) {
    for (const reference of referencesOf(record, parameter.name, tools.baseUrl)) {
      const list = pointing.get(reference);
      if (list) list.push(record);
      else pointing.set(reference, [record]);
    }
  }
  return {
    criterion: { kind: "ids", ids: idsOf(pointing.keys(), types) },
    accepts: ({ type: target, id }) => pointing.has(`${target}/${id}`),
    through(matches, tell) {
      const used = new Set(matches.flatMap((match) => pointing.get(`${match.type}/${match.id}`) ?? []));
      for (const record of used) tell(record);
      for (const resolved of resolutions) resolved.through([...used], tell);
    },
  };
}

function idsOf(references: Iterable<string>, types: readonly string[]): Set<string> {
  const ids = new Set<string>();
  for (const reference of references) {
    const [type, id] = reference.split("/") as [string, string];
    if (types.includes(type)) ids.add(id);
  }
  return ids;
}

async function findInner(
  tools: ChainTools,
  type: string,
  resolved: readonly Resolved[],
): Promise<readonly OpenRecord[]> {
  return await findAll(tools, [type], resolved, limitsOf(tools).innerMatchesMax);
}

/** Throws `too-large` where there are more than `matchesMax`, or too many to look at. */
async function findAll(
  tools: ChainTools,
  types: readonly string[],
  resolved: readonly Resolved[],
  matchesMax: number,
  compartment?: CompartmentName,
): Promise<readonly OpenRecord[]> {
  const { candidatesMax } = limitsOf(tools);
  const { storage, candidates, readers } = tools;
  const criteria = resolved.map(({ criterion }) => criterion);
  const question = questionOf(tools, types, criteria, "newest", compartment);
  const [reader] = types.flatMap((type) => readers.get(type) ?? []);
  if (question.queries.length === 0 || !reader) return [];
  await checkBounds(storage, reader.sql, question, candidatesMax);
  const accepts = [...resolved, question].flatMap((each) => each.accepts ?? []);
  const records: OpenRecord[] = [];
  const scan = {
    queries: question.queries,
    criteria,
    accepts: (record: Searched) => accepts.every((each) => each(record)),
    batch: 200,
    candidatesMax,
  };
  await candidates.each(scan, (record) => {
    if (records.length >= matchesMax) {
      throw new WardError("too-large", { type: types.join(), limitMatches: matchesMax, reason: "chain" });
    }
    records.push(record);
    return true;
  });
  return records;
}
