/**
 * `Observation/$lastn`: the latest observations of each code. Codes are equal where they share a coding, also by way of a
 * third that has both; where there is none, by their text (FHIR R4 observation-operation-lastn).
 */
import { WardError } from "@ward/core";
import { isObject, type JsonObject } from "../json.ts";
import { foldText } from "../search/fold-text.ts";
import { parameterOf } from "../search/parameters.ts";
import { parseSearch } from "../search/parse-search.ts";
import { answerSearch } from "./answer-search.ts";
import type { Match, SearchCall, SearchResult, SearchTools } from "./search-call.ts";

const MAX_LIMIT = 100;

/** `query`: `max`, and search parameters of Observation, among them a patient or subject. */
export async function runLastN(tools: SearchTools, call: SearchCall, query: string): Promise<SearchResult> {
  const parameters = new URLSearchParams(query);
  const text = parameters.get("max") ?? "1";
  const max = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (max < 1 || max > MAX_LIMIT) throw new WardError("invalid-request", { parameter: "max", limitMax: MAX_LIMIT });
  parameters.delete("max");
  const date = parameterOf("Observation", "date");
  if (!date) throw new WardError("internal", { reason: "no-date-parameter" });
  const now = tools.clock.now();
  const search = parseSearch(["Observation"], parameters.toString(), "strict", { baseUrl: call.baseUrl, now });
  if (search.sort.length > 0 || search.count !== undefined || search.cursor !== undefined) {
    throw new WardError("invalid-request", { type: "Observation", reason: "lastn-is-one-page" });
  }
  if (!search.criteria.some((each) => "parameter" in each && ["patient", "subject"].includes(each.parameter.name))) {
    throw new WardError("invalid-request", { type: "Observation", reason: "patient-required" });
  }
  return await answerSearch(tools, call, {
    search: { ...search, sort: [{ parameter: date, isDescending: true }], self: selfOf(search.self, max) },
    now,
    select: (matches) => latestOfEach(matches, max),
  });
}

/** Matches come latest first; groups follow their latest. */
export function latestOfEach(matches: readonly Match[], max: number): readonly Match[] {
  const groups: { readonly codes: Set<string>; readonly matches: Match[] }[] = [];
  for (const match of matches) {
    const codes = codesOf(match.record.resource);
    const joined = groups.filter((group) => codes.some((code) => group.codes.has(code)));
    const [first, ...others] = joined;
    if (!first) {
      groups.push({ codes: new Set(codes), matches: [match] });
      continue;
    }
    for (const code of codes) first.codes.add(code);
    first.matches.push(match);
    for (const other of others) {
      for (const code of other.codes) first.codes.add(code);
      first.matches.push(...other.matches);
      groups.splice(groups.indexOf(other), 1);
    }
  }
  const place = new Map(matches.map((match, at) => [match, at]));
  const byPlace = (a: Match, b: Match): number => (place.get(a) ?? 0) - (place.get(b) ?? 0);
  return groups.flatMap((group) => group.matches.sort(byPlace).slice(0, max));
}

function codesOf(resource: JsonObject): string[] {
  const code = isObject(resource["code"]) ? resource["code"] : {};
  const codings = (Array.isArray(code["coding"]) ? code["coding"] : []).filter(isObject);
  const keys = codings.flatMap((each) =>
    each["code"] === undefined ? [] : [JSON.stringify([each["system"] ?? "", each["code"]])],
  );
  if (keys.length > 0) return keys;
  return typeof code["text"] === "string" ? [`text:${foldText(code["text"])}`] : ["none"];
}

function selfOf(self: string, max: number): string {
  return self === "" ? `max=${max}` : `max=${max}&${self}`;
}
