/**
 * Chains, `_has` and `_list` become sets: the inner criteria are searched first, and what they find says which references
 * or ids the outer record may have. What the caller may not see is not found there either. Bounded, since each inner
 * match is decrypted. A chain also goes into what the outer record contains, as part of looking at that record.
 */
import { WardError } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { ChainCriterion, Criterion, FlatCriterion, Parameter, ReverseChainCriterion } from "../search/contract.ts";
import { literalOf } from "../search/kinds/reference.ts";
import { judgeOf, type Judge } from "../search/meets.ts";
import { CONTAINED_KEY } from "../search/tokens/value-keys.ts";
import type { Searched } from "../extraction/searched.ts";
import type { OpenRecord } from "../storage/contract.ts";
import type { Candidates } from "./candidates.ts";
import type { CompartmentName } from "./compartments.ts";
import { canonicalCriterion, canonicalsOf, hasCanonical, namesOf } from "./canonicals.ts";
import { membersOf } from "./references.ts";
import { checkBounds, isWithin, questionOf } from "./row-queries.ts";
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
  /** Only some records were asked about, and nothing is said of others. */
  readonly isPartial?: true;
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
        ? outer.flatMap((record) => [`${record.type}/${record.id}`, ...canonicalsOf(record)])
        : outer.flatMap((record) => namesOf(record, criterion.parameter.name, tools.baseUrl));
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
    ? await resolveChain(tools, types, criterion, within)
    : await resolveReverse(tools, types, criterion, within);
}

async function resolveChain(
  tools: ChainTools,
  outer: readonly string[],
  { parameter, types, inner }: ChainCriterion,
  within: ReadonlySet<string> | undefined,
): Promise<Resolved> {
  const isNeeded = await isAnyContained(tools, outer, parameter);
  const found = new Map<string, OpenRecord[]>();
  const resolutions: Resolved[] = [];
  const contained = new Map<string, Judge>();
  for (const type of types) {
    if (!tools.readers.has(type)) continue;
    const some: Criterion[] = within === undefined ? [] : [{ kind: "ids", ids: idsOf(within, [type]) }];
    // Who is named by a URL is not known by its id.
    if (within !== undefined && hasCanonical(type) && !isAllLiteral(within)) throw tooManyMatches(tools, type);
    const resolved = await resolveAll(tools, [type], [...some, inner]);
    resolutions.push(...resolved);
    for (const record of await findInner(tools, type, resolved)) {
      for (const name of [`${type}/${record.id}`, ...canonicalsOf(record)]) addTo(found, name, record);
    }
    const ofInner = resolved.filter(({ criterion }) => criterion !== some[0]);
    // Of what is contained, what the further links of the chain come to was not asked.
    if (isNeeded && ofInner.some(({ isPartial }) => isPartial)) throw tooManyMatches(tools, type);
    contained.set(type, judgeOf(ofInner.map(({ criterion }) => criterion)));
  }
  const meets: Judge = (record) => contained.get(record.type)?.(record) === true;
  return {
    criterion: {
      kind: "references",
      parameter,
      references: new Set(found.keys()),
      contained: { isNeeded, meets },
    },
    ...(within === undefined ? {} : { isPartial: true }),
    through(matches, tell) {
      const used = new Set<OpenRecord>();
      for (const match of matches) {
        for (const name of namesOf(match, parameter.name, tools.baseUrl)) {
          for (const record of found.get(name) ?? []) used.add(record);
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
  { type, parameter, inner, isMembership }: ReverseChainCriterion,
  within: ReadonlySet<string> | undefined,
): Promise<Resolved> {
  const wanted: Criterion[] =
    within === undefined ? [inner] : [{ kind: "references", parameter, references: within }, inner];
  const resolutions = await resolveAll(tools, [type], wanted);
  const pointing = new Map<string, OpenRecord[]>();
  for (const record of await findInner(tools, type, resolutions)) {
    const names = isMembership
      ? membersOf(record.resource, tools.baseUrl)
      : namesOf(record, parameter.name, tools.baseUrl);
    for (const name of names) addTo(pointing, name, record);
  }
  await followCanonicals(tools, types, pointing);
  return {
    criterion: { kind: "ids", ids: idsOf(pointing.keys(), types) },
    ...(within === undefined ? {} : { isPartial: true }),
    accepts: ({ type: target, id }) => pointing.has(`${target}/${id}`),
    through(matches, tell) {
      const used = new Set(matches.flatMap((match) => pointing.get(`${match.type}/${match.id}`) ?? []));
      for (const record of used) tell(record);
      for (const resolved of resolutions) resolved.through([...used], tell);
    },
  };
}

/** What points to a URL points to each record that has it. */
async function followCanonicals(
  tools: ChainTools,
  types: readonly string[],
  pointing: Map<string, OpenRecord[]>,
): Promise<void> {
  const canonicals = [...pointing.keys()].filter((name) => !isLiteral(name));
  if (canonicals.length === 0) return;
  for (const type of types.filter(hasCanonical)) {
    const criterion = canonicalCriterion(type, canonicals);
    if (!criterion) continue;
    for (const record of await findInner(tools, type, [{ criterion, through: () => undefined }])) {
      for (const name of canonicalsOf(record)) {
        for (const each of pointing.get(name) ?? []) addTo(pointing, `${type}/${record.id}`, each);
      }
    }
  }
}

function addTo(lists: Map<string, OpenRecord[]>, name: string, record: OpenRecord): void {
  const list = lists.get(name);
  if (list) list.push(record);
  else lists.set(name, [record]);
}

function isAllLiteral(names: ReadonlySet<string>): boolean {
  for (const name of names) if (!isLiteral(name)) return false;
  return true;
}

/** `Type/id`. */
function isLiteral(name: string): boolean {
  return literalOf(name) !== undefined;
}

/** Of whatever is contained: without one, a chain is asked of indexes and cards alone. */
async function isAnyContained(tools: ChainTools, types: readonly string[], parameter: Parameter): Promise<boolean> {
  const { storage, readers } = tools;
  const [reader] = types.flatMap((type) => readers.get(type) ?? []);
  if (!reader) return false;
  const criterion = { kind: "references", parameter, references: new Set([CONTAINED_KEY]) } as const;
  return !(await isWithin(storage, reader.sql, questionOf(tools, types, [criterion], "newest"), 0));
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
    if (records.length >= matchesMax) throw tooManyMatches(tools, types.join(), matchesMax);
    records.push(record);
    return true;
  });
  return records;
}

function tooManyMatches(tools: ChainTools, type: string, limitMatches = limitsOf(tools).innerMatchesMax): WardError {
  return new WardError("too-large", { type, limitMatches, reason: "chain" });
}
