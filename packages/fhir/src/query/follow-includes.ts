/**
 * `_include` and `_revinclude`: records that the matches refer to or that refer to them, each once, each seen only where
 * an act of its own type permits it: `fhir.read` for what is referred to, `fhir.search` for what refers. `:iterate`
 * follows the included ones too, until there is nothing more or the limit is reached.
 */
import { WardError, type Sql } from "@ward/core";
import type { RecordReader, Touched } from "@ward/access";
import type { FlatCriterion, Include, ReferenceCriterion, Search } from "../search/contract.ts";
import { parameterOf, parametersOf } from "../search/parameters.ts";
import type { OpenRecord, Sketch } from "../storage/contract.ts";
import { canonicalCriterion, canonicalsByTarget, canonicalsOf, hasCanonical } from "./canonicals.ts";
import type { Candidates } from "./candidates.ts";
import type { OpenPage } from "./find-page.ts";
import { openActs } from "./open-acts.ts";
import { keyOfReference, referencesOfAll, typeOf } from "./references.ts";
import { questionOf } from "./row-queries.ts";
import { limitsOf, type SearchCall, type SearchTools } from "./search-call.ts";

export interface IncludeTools extends SearchTools {
  readonly call: SearchCall;
  /** Over the readers of acts that are open. */
  readonly candidatesOf: (readers: ReadonlyMap<string, RecordReader>) => Candidates;
}

export interface Included {
  readonly records: readonly OpenRecord[];
  readonly isTruncated: boolean;
  /** Types that a wildcard came upon and the caller may not read. */
  readonly forbidden: readonly string[];
}

/** The includes of one search. */
export interface Includes {
  /** Opens a page of sketches, and in the same statement what its records refer to. */
  readonly openPage: OpenPage;
  /** All that the page's records include. */
  follow(matches: readonly OpenRecord[]): Promise<Included>;
}

interface State {
  readonly known: Known;
  readonly records: OpenRecord[];
  readonly forbidden: Set<string>;
  isTruncated: boolean;
}

/** References by the type of what they refer to. */
type Wanted = Map<string, { readonly references: Set<string>; isNamed: boolean }>;

/** Records that one statement fetches at most. */
const TOGETHER_MAX = 500;

export function createIncludes(tools: IncludeTools, sql: Sql, { includes, reverseIncludes }: Search): Includes {
  /** Where the page was opened together with what it refers to. */
  let opened: State | undefined;
  return {
    async openPage(sketches, room) {
      const state = stateOf(sketches);
      // What any parameter refers to, only the resource tells.
      const isTold = includes.every(({ parameter }) => parameter !== "*");
      const wanted: Wanted = isTold ? wantedBy(tools, state, includes, sketches, true) : new Map();
      const isTogether = wanted.size > 0 && sketches.length + countOf(wanted) <= TOGETHER_MAX;
      let page: readonly OpenRecord[] | undefined;
      const open = async (references: readonly string[]): Promise<readonly OpenRecord[]> => {
        const found = await tools.storage.openSketches(sql, sketches, references.map(keyOfReference));
        page = found?.records.filter((record) => room.take(record));
        // What only those refer to that the page has no room for is not included.
        return found && page?.length === sketches.length ? found.more : [];
      };
      if (!isTogether) {
        await open([]);
        return page;
      }
      await addReferred(tools, state, wanted, open);
      opened = page?.length === sketches.length ? state : undefined;
      return page;
    },

    async follow(matches) {
      const state = opened ?? stateOf(matches);
      let sources = matches;
      // Without matches too: whether an include is refused must not tell whether there are any.
      for (let round = 0; round === 0 || (sources.length > 0 && !state.isTruncated); round++) {
        const before = round === 0 ? 0 : state.records.length;
        const applies = ({ isIterating }: Include): boolean => round === 0 || isIterating;
        if (round > 0 || opened === undefined) {
          const wanted = wantedBy(tools, state, includes.filter(applies), sources, round === 0);
          if (wanted.size > 0) await addReferred(tools, state, wanted);
        }
        await addCanonical(tools, state, includes.filter(applies), sources);
        for (const include of reverseIncludes.filter(applies)) await includeReferring(tools, state, include, sources);
        sources = state.records.slice(before);
      }
      return { records: state.records, isTruncated: state.isTruncated, forbidden: [...state.forbidden] };
    },
  };
}

function stateOf(matches: readonly Sketch[]): State {
  return { known: new Known(matches), records: [], forbidden: new Set(), isTruncated: false };
}

/** Matches and included records, by `Type/id`. Mostly what is included is of other types than the matches. */
class Known {
  readonly #matches: readonly Sketch[];
  readonly #types: ReadonlySet<string>;
  readonly #included = new Set<string>();
  #ofMatches: Set<string> | undefined;

  constructor(matches: readonly Sketch[]) {
    this.#matches = matches;
    this.#types = new Set(matches.map(({ type }) => type));
  }

  has(reference: string): boolean {
    if (!this.#types.has(typeOf(reference))) return this.#included.has(reference);
    this.#ofMatches ??= new Set(this.#matches.map(({ type, id }) => `${type}/${id}`));
    return this.#ofMatches.has(reference) || this.#included.has(reference);
  }

  add(reference: string): void {
    this.#included.add(reference);
  }
}

function wantedBy(
  { call: { baseUrl } }: IncludeTools,
  { known }: Pick<State, "known">,
  includes: readonly Include[],
  sources: readonly Sketch[],
  isFirst: boolean,
): Wanted {
  const wanted: Wanted = new Map();
  for (const { type, parameter, target } of includes) {
    const isNamed = type !== "*" && parameter !== "*";
    // A target that is named is asked for whether there is one or not: the refusal must not depend on the data.
    if (isFirst && isNamed && target !== undefined) wanted.set(target, { references: new Set(), isNamed: true });
    for (const reference of referencesOfAll(sources, type, parameter, baseUrl)) {
      const targetType = typeOf(reference);
      if (known.has(reference) || (target !== undefined && targetType !== target)) continue;
      const group = wanted.get(targetType) ?? { references: new Set(), isNamed: false };
      group.references.add(reference);
      group.isNamed ||= isNamed;
      wanted.set(targetType, group);
    }
  }
  return wanted;
}

function countOf(wanted: Wanted): number {
  let count = 0;
  for (const { references } of wanted.values()) count += references.size;
  return count;
}

/** Acts of all types are open before the first record is asked for. `find`: answers those that are there, opened. */
async function addReferred(
  tools: IncludeTools,
  state: State,
  wanted: Wanted,
  find?: (references: readonly string[]) => Promise<readonly OpenRecord[]>,
): Promise<void> {
  const acts = [...wanted].map(([type, { isNamed }]) => ({
    act: { action: "fhir.read", resourceType: type } as const,
    isOptional: !isNamed,
  }));
  await openActs(tools.call.acts, acts, async (readers, refused) => {
    for (const type of refused) state.forbidden.add(type);
    const references: string[] = [];
    for (const type of readers.keys()) references.push(...(wanted.get(type)?.references ?? []));
    const room = roomLeft(tools, state);
    if (references.length > room) {
      state.isTruncated = true;
      references.length = room;
    }
    const found = find ? await find(references) : await findReferred(tools, readers, references);
    return {
      value: undefined,
      touched: add(
        state,
        found.filter((each) => readers.get(each.type)?.maySee(each)),
      ),
    };
  });
}

/** What is referred to by canonical URL. */
async function addCanonical(
  tools: IncludeTools,
  state: State,
  includes: readonly Include[],
  sources: readonly OpenRecord[],
): Promise<void> {
  const wanted = new Map<string, { readonly canonicals: Set<string>; isNamed: boolean }>();
  for (const { type, parameter, target } of includes) {
    if (target !== undefined && !hasCanonical(target)) continue;
    const ofType = type === "*" ? sources : sources.filter((each) => each.type === type);
    for (const [to, canonicals] of canonicalsByTarget(ofType, parameter, tools.call.baseUrl)) {
      if (target !== undefined && to !== target) continue;
      const group = wanted.get(to) ?? { canonicals: new Set(), isNamed: false };
      for (const each of canonicals) group.canonicals.add(each);
      // Of many targets the one that has the URL is not known.
      group.isNamed ||= target !== undefined;
      wanted.set(to, group);
    }
  }
  if (wanted.size === 0) return;
  const acts = [...wanted].map(([type, { isNamed }]) => ({
    act: { action: "fhir.read", resourceType: type } as const,
    isOptional: !isNamed,
  }));
  await openActs(tools.call.acts, acts, async (readers, refused) => {
    for (const type of refused) state.forbidden.add(type);
    const found: OpenRecord[] = [];
    for (const type of readers.keys()) {
      const criterion = canonicalCriterion(type, wanted.get(type)?.canonicals ?? []);
      if (!criterion) continue;
      const room = roomLeft(tools, state) - found.length;
      found.push(...(await findMeeting(tools, state, tools.candidatesOf(readers), type, criterion, room)));
    }
    return { value: undefined, touched: add(state, found) };
  });
}

async function includeReferring(
  tools: IncludeTools,
  state: State,
  include: Include,
  sources: readonly OpenRecord[],
): Promise<void> {
  const targets = sources.filter(({ type }) => include.target === undefined || type === include.target);
  if (include.type === "*") throw new WardError("unsupported", { parameter: "_revinclude", reason: "any-type" });
  const parameters = include.parameter === "*" ? referenceParameters(include.type) : [include.parameter];
  const types = new Set(targets.map(({ type }) => type));
  const act = { action: "fhir.search", resourceType: include.type } as const;
  await openActs(tools.call.acts, [{ act, isOptional: false }], async (readers) => {
    const candidates = tools.candidatesOf(readers);
    const found: OpenRecord[] = [];
    for (const name of parameters) {
      const parameter = parameterOf(include.type, name);
      if (!parameter || (parameter.targets && !parameter.targets.some((each) => types.has(each)))) continue;
      const references = new Set(targets.flatMap((each) => [`${each.type}/${each.id}`, ...canonicalsOf(each)]));
      const criterion: ReferenceCriterion = { kind: "references", parameter, references };
      const room = roomLeft(tools, state) - found.length;
      found.push(...(await findMeeting(tools, state, candidates, include.type, criterion, room)));
    }
    return { value: undefined, touched: add(state, found) };
  });
}

async function findMeeting(
  tools: IncludeTools,
  state: State,
  candidates: Candidates,
  type: string,
  criterion: FlatCriterion,
  room: number,
): Promise<readonly OpenRecord[]> {
  const { queries } = questionOf(tools, [type], [criterion], "newest");
  const found: OpenRecord[] = [];
  if (queries.length === 0) return found;
  const { candidatesMax } = limitsOf(tools);
  await candidates.each({ queries, criteria: [criterion], batch: 100, candidatesMax }, (record) => {
    if (state.known.has(`${record.type}/${record.id}`)) return true;
    if (found.length < room) found.push(record);
    else state.isTruncated = true;
    return !state.isTruncated;
  });
  return found;
}

async function findReferred(
  tools: IncludeTools,
  readers: ReadonlyMap<string, RecordReader>,
  references: readonly string[],
): Promise<readonly OpenRecord[]> {
  return references.length === 0 ? [] : await tools.candidatesOf(readers).byReference(references);
}

/** Answers what of the records the act of a type discloses. */
function add(state: State, found: readonly OpenRecord[]): (type: string) => readonly Touched[] {
  const added: OpenRecord[] = [];
  for (const record of found) {
    const reference = `${record.type}/${record.id}`;
    if (state.known.has(reference)) continue;
    state.known.add(reference);
    added.push(record);
  }
  state.records.push(...added);
  return (type) => added.filter((record) => record.type === type).map(({ touched }) => touched);
}

function roomLeft(tools: IncludeTools, { records }: State): number {
  return limitsOf(tools).includedMax - records.length;
}

function referenceParameters(type: string): readonly string[] {
  return parametersOf(type).flatMap(({ kind, name }) => (kind === "reference" ? [name] : []));
}
