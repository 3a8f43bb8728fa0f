/**
 * Writes the tables of docs/reference/search.md, between their marks, from what the search really does:
 * `node packages/fhir/scripts/write-search-reference.ts`. A test holds them equal, and runs each case.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { SEARCH_LIMITS } from "../src/query/search-call.ts";
import type { FlatCriterion, Parameter, SearchMode } from "../src/search/contract.ts";
import { resourceTypes } from "../src/search/definitions.ts";
import { parametersOf } from "../src/search/parameters.ts";
import { TOKENS_MAX } from "../src/search/index-of.ts";
import { CHAIN_DEPTH_MAX } from "../src/search/parse-criterion.ts";
import { INCLUDES_MAX, SORT_KEYS_MAX } from "../src/search/parse-results.ts";
import { CRITERIA_MAX, parseSearch } from "../src/search/parse-search.ts";
import { VALUE_MAX_LENGTH, VALUES_MAX } from "../src/search/parse-values.ts";
import { plan } from "../src/search/plan.ts";
import { resolveValueSets } from "../src/search/terminology/value-sets.ts";
import { absenceRule } from "../src/search/tokens/absence.ts";
import { SEARCH_CASES, type SearchCase } from "./search-cases.ts";

export const SEARCH_PAGE = fileURLToPath(new URL("../../../docs/reference/search.md", import.meta.url));

/** Past, so that `ap` of the cases' dates is wide. */
const NOW = new Date("2024-06-01T00:00:00Z");

/** The page as it should be, given how it is. */
export async function searchPage(page: string): Promise<string> {
  const tables: Readonly<Record<string, string>> = {
    forms: await formsTable(),
    parameters: parametersTable(),
    limits: limitsTable(),
  };
  let text = page;
  for (const [name, table] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name}: written by write-search-reference.ts -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/reference/search.md has no marks for ${name}`);
    text = `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`;
  }
  return await format(text, { parser: "markdown", printWidth: 120 });
}

export async function criteriaOf({ query, found }: SearchCase): Promise<readonly FlatCriterion[]> {
  const search = parseSearch([found["resourceType"] as string], query, "strict", { now: NOW });
  return (await resolveValueSets(search, () => Promise.resolve(undefined))).criteria as readonly FlatCriterion[];
}

async function formsTable(): Promise<string> {
  const rows = await Promise.all(
    SEARCH_CASES.map(async (each) => {
      const type = each.found["resourceType"] as string;
      const criteria = await criteriaOf(each);
      const form = each.form === "" ? "" : each.form.replace(/^[^`].*$/, "`$&`");
      const alone = plan([type], criteria, () => 1n).mode;
      return `| ${each.kind} | ${form} | ${alone.replace("-", " ")} | ${besidePatient(type, criteria)} | \`${type}?${each.query.replaceAll("|", "\\|")}\` |`;
    }),
  );
  const head = "| kind | modifier or prefix | alone | beside `patient=` | for example |";
  return [head, "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

function besidePatient(type: string, criteria: readonly FlatCriterion[]): string {
  if (!parametersOf(type).some(({ name }) => name === "patient")) return "";
  const patient = parseSearch([type], "patient=1", "strict").criteria as readonly FlatCriterion[];
  return plan([type], [...patient, ...criteria], () => 1n).mode.replace("-", " ");
}

function limitsTable(): string {
  const limits: Readonly<Record<string, number>> = {
    "criteria of one search": CRITERIA_MAX,
    "values of one criterion": VALUES_MAX,
    "characters of one value": VALUE_MAX_LENGTH,
    "links of one chain or `_has`": CHAIN_DEPTH_MAX,
    "keys of `_sort`": SORT_KEYS_MAX,
    "`_include`s, and `_revinclude`s": INCLUDES_MAX,
    "records decrypted for one page": SEARCH_LIMITS.candidatesMax,
    "records that a chain or `_has` may come to": SEARCH_LIMITS.innerMatchesMax,
    "records included in one page": SEARCH_LIMITS.includedMax,
    "matches on one page": SEARCH_LIMITS.countMax,
    "tokens of one record": TOKENS_MAX,
  };
  const rows = Object.entries(limits).map(([name, max]) => `| ${name} | ${max.toLocaleString("en")} |`);
  return ["| at most | |", "| --- | --- |", ...rows].join("\n");
}

/** By type, since most parameters differ only in whether an index has them. */
function parametersTable(): string {
  const rows = resourceTypes().map((type) => {
    const parameters = parametersOf(type).filter(({ name }) => !COMMON.has(name));
    const named = (isIndexed: boolean): string =>
      parameters
        .filter((each) => (modeOf(type, each) === "indexed") === isIndexed)
        .map(({ name }) => `\`${name}\`${absenceRule(type, name) ? "°" : ""}`)
        .join(" ");
    return `| ${type} | ${named(true)} | ${named(false)} |`;
  });
  const common = parametersOf("Patient").filter(({ name }) => COMMON.has(name));
  return [
    `Of every type: ${common.map((each) => `\`${each.name}\` (${howOf(modeOf("Patient", each))})`).join(", ")}.`,
    "",
    "| type | indexed | by scan |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

const COMMON = new Set(["_id", "_lastUpdated", "_profile", "_security", "_source", "_tag"]);

/** What each kind is asked by most. */
const USUAL: Readonly<Record<Parameter["kind"], string>> = {
  token: "a",
  string: "abcdefgh",
  reference: "1",
  date: "2020-01-01",
  quantity: "1",
  number: "1",
  uri: "urn:a",
  composite: "",
  special: "",
};

function modeOf(type: string, parameter: Parameter): SearchMode {
  const text = parameter.components?.map(({ kind }) => USUAL[kind]).join("$") ?? USUAL[parameter.kind];
  const { criteria } = parseSearch([type], `${parameter.name}=${text}`, "strict", { now: NOW });
  return plan([type], criteria as readonly FlatCriterion[], () => 1n).mode;
}

function howOf(mode: SearchMode): string {
  return mode === "indexed" ? "indexed" : "scan";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(SEARCH_PAGE, await searchPage(readFileSync(SEARCH_PAGE, "utf8")));
}
