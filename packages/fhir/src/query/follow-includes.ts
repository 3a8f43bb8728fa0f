/**
 * `_include` and `_revinclude`: records that the matches refer to or that refer to them, each once, each seen only where
 * an act of its own type permits it: `fhir.read` for what is referred to, `fhir.search` for what refers. `:iterate`
 * follows the included ones too, until there is nothing more or the limit is reached.
 */
import { WardError } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { Include, ReferenceCriterion, Search } from "../search/contract.ts";
import { parameterOf, parametersOf } from "../search/parameters.ts";
import type { OpenRecord } from "../storage/contract.ts";
import type { Candidates } from "./candidates.ts";
import { openActs } from "./open-acts.ts";
import { referencesOf, typeOf } from "./references.ts";
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

interface State {
  /** Matches and included records, by `Type/id`. */
  readonly known: Set<string>;
  readonly records: OpenRecord[];
  readonly forbidden: Set<string>;
  isTruncated: boolean;
}

export async function followIncludes(
  tools: IncludeTools,
  { includes, reverseIncludes }: Search,
  matches: readonly OpenRecord[],
): Promise<Included> {
  const known = new Set(matches.map(({ type, id }) => `${type}/${id}`));
  const state: State = { known, records: [], forbidden: new Set(), isTruncated: false };
  let sources = matches;
  // Without matches too: whether an include is refused must not tell whether there are any.
  for (let round = 0; round === 0 || (sources.length > 0 && !state.isTruncated); round++) {
    const before = state.records.length;
    const applies = ({ isIterating }: Include): boolean => round === 0 || isIterating;
    await includeReferred(tools, state, includes.filter(applies), sources, round === 0);
    for (const include of reverseIncludes.filter(applies)) await includeReferring(tools, state, include, sources);
    sources = state.records.slice(before);
  }
  return { records: state.records, isTruncated: state.isTruncated, forbidden: [...state.forbidden] };
}

async function includeReferred(
  tools: IncludeTools,
  state: State,
  includes: readonly Include[],
  sources: readonly OpenRecord[],
  isFirst: boolean,
): Promise<void> {
  const { baseUrl } = tools.call;
  const wanted = new Map<string, { readonly references: Set<string>; isNamed: boolean }>();
  for (const { type, parameter, target } of includes) {
    const isNamed = type !== "*" && parameter !== "*";
    // A target that is named is asked for whether there is one or not: the refusal must not depend on the data.
    if (isFirst && isNamed && target !== undefined) wanted.set(target, { references: new Set(), isNamed: true });
    for (const source of sources) {
      if (type !== "*" && source.type !== type) continue;
      for (const reference of referencesOf(source, parameter, baseUrl)) {
        const targetType = typeOf(reference);
        if (state.known.has(reference) || (target !== undefined && targetType !== target)) continue;
        const group = wanted.get(targetType) ?? { references: new Set(), isNamed: false };
        group.references.add(reference);
        group.isNamed ||= isNamed;
        wanted.set(targetType, group);
      }
    }
  }
  for (const [type, { references, isNamed }] of wanted) {
    await withAct(tools, state, "fhir.read", type, !isNamed, async (candidates, reader) => {
      const room = roomLeft(tools, state);
      const list = [...references].slice(0, room);
      if (list.length < references.size) state.isTruncated = true;
      return await candidates.byReference(list, reader);
    });
  }
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
  await withAct(tools, state, "fhir.search", include.type, false, async (candidates) => {
    const found: OpenRecord[] = [];
    for (const name of parameters) {
      const parameter = parameterOf(include.type, name);
      if (!parameter || (parameter.targets && !parameter.targets.some((each) => types.has(each)))) continue;
      const references = new Set(targets.map(({ type, id }) => `${type}/${id}`));
      const criterion: ReferenceCriterion = { kind: "references", parameter, references };
      const room = roomLeft(tools, state) - found.length;
      found.push(...(await findReferring(tools, state, candidates, include.type, criterion, room)));
    }
    return found;
  });
}

async function findReferring(
  tools: IncludeTools,
  state: State,
  candidates: Candidates,
  type: string,
  criterion: ReferenceCriterion,
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

async function withAct(
  tools: IncludeTools,
  state: State,
  action: "fhir.read" | "fhir.search",
  type: string,
  isOptional: boolean,
  find: (candidates: Candidates, reader: RecordReader) => Promise<readonly OpenRecord[]>,
): Promise<void> {
  const wanted = [{ act: { action, resourceType: type }, isOptional }];
  await openActs(tools.call.acts, wanted, async (readers) => {
    const reader = readers.get(type);
    const added: OpenRecord[] = [];
    if (!reader) state.forbidden.add(type);
    for (const record of reader ? await find(tools.candidatesOf(readers), reader) : []) {
      const reference = `${record.type}/${record.id}`;
      if (state.known.has(reference)) continue;
      state.known.add(reference);
      added.push(record);
    }
    state.records.push(...added);
    return { value: undefined, touched: () => added.map(({ touched }) => touched) };
  });
}

function roomLeft(tools: IncludeTools, { records }: State): number {
  return limitsOf(tools).includedMax - records.length;
}

function referenceParameters(type: string): readonly string[] {
  return parametersOf(type).flatMap(({ kind, name }) => (kind === "reference" ? [name] : []));
}
