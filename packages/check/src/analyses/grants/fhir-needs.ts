/**
 * Which FHIR grants a call needs, as the door asks for them (docs/decisions/0038-what-a-fhir-interaction-asks.md): each
 * entry of a transaction as if it were a call of its own, and `search` for each condition and reference by criteria.
 */
import { ANY, type CodeValue, type ResultValue } from "../../code/contract.ts";
import { textsOf } from "./texts.ts";

/**
 * `sure`: the call needs the grant. `perhaps`: it needs this one or another, as the code turns out. `optional`: it needs it
 * where there is no such record yet.
 */
export type Certainty = "sure" | "perhaps" | "optional";

export type FhirNeed =
  | { readonly name: string; readonly certainty: Certainty }
  | { readonly name: undefined; readonly couldBe: (grant: string) => boolean; readonly because: string };

const WALK_DEPTH_MAX = 12;
const TYPE = /^[A-Z][A-Za-z]+$/;

/** `ctx.fhir.search(type, …)` and the like. */
export function typeNeeds(interaction: string, type: CodeValue | undefined): readonly FhirNeed[] {
  return typed(interaction, textsOf(type));
}

/** `ctx.fhir.create(resource)`, `ctx.fhir.update(resource)`. */
export function resourceNeeds(interaction: "create" | "update", resource: CodeValue | undefined): readonly FhirNeed[] {
  return each(resource, (one) => {
    const types = textsOf(memberOf(one, "resourceType"));
    const needs = typed(interaction, types);
    if (interaction === "create" || isStored(one)) return needs;
    return [...needs, ...optional(typed("create", types))];
  });
}

/** `ctx.fhir.transaction(bundle)`. */
export function bundleNeeds(bundle: CodeValue | undefined): readonly FhirNeed[] {
  return each(bundle, (one) => {
    const entries = memberOf(one, "entry");
    if (entries === undefined) return one.kind === "object" && !one.rest ? [] : [anything("what the bundle holds")];
    return each(entries, (list) => {
      if (list.kind !== "list") return [anything("what the bundle holds")];
      return [...list.items, ...(list.rest ? [list.rest] : [])].flatMap((item) => each(item, entryNeeds));
    });
  });
}

function entryNeeds(entry: CodeValue): readonly FhirNeed[] {
  const request = memberOf(entry, "request");
  if (request === undefined) return [anything("what an entry of the bundle asks for")];
  const resource = memberOf(entry, "resource");
  return each(request, (one) => [
    ...requestNeeds(one, resource),
    ...conditionNeeds(memberOf(one, "ifNoneExist"), memberOf(one, "url")),
    ...(resource ? criteriaIn(resource) : []),
  ]);
}

function requestNeeds(request: CodeValue, resource: CodeValue | undefined): readonly FhirNeed[] {
  const methods = textsOf(memberOf(request, "method"));
  const urls = textsOf(memberOf(request, "url"));
  const needs: FhirNeed[] = [];
  const isOne = methods.known.length === 1 && urls.known.length + urls.heads.length === 1 && urls.open === undefined;
  const certainty = isOne ? "sure" : "perhaps";
  for (const method of methods.known) {
    for (const url of [...urls.known, ...urls.heads]) needs.push(...urlNeeds(method, url, certainty));
    if (urls.open === undefined) continue;
    // The type of what is written says the same as the URL.
    const written = resource && textsOf(memberOf(resource, "resourceType"));
    if (written && written.open === undefined && written.known.length > 0 && method !== "GET" && method !== "DELETE") {
      const as = written.known.length === 1 && methods.known.length === 1 ? "sure" : "perhaps";
      needs.push(...written.known.flatMap((type) => urlNeeds(method, method === "POST" ? type : `${type}/`, as)));
    } else {
      const interactions = INTERACTIONS[method] ?? [];
      needs.push({
        name: undefined,
        couldBe: (grant) => interactions.some((interaction) => grant.endsWith(`.${interaction}`)),
        because: urls.open,
      });
    }
  }
  if (methods.open !== undefined || methods.known.length === 0) {
    needs.push(anything(methods.open ?? "the method of an entry"));
  }
  return needs;
}

const INTERACTIONS: Readonly<Record<string, readonly string[]>> = {
  GET: ["read", "vread", "history", "search"],
  POST: ["create", "search"],
  PUT: ["update", "create", "search"],
  PATCH: ["patch", "search"],
  DELETE: ["delete", "search"],
};

/** `url` may be the beginning of one. */
function urlNeeds(method: string, url: string, certainty: Certainty): readonly FhirNeed[] {
  const [, type = "", rest = ""] = /^([A-Za-z]+)(.*)$/s.exec(url) ?? [];
  // A URL of no type is refused before anything is asked; an absolute one may name a record here.
  if (!TYPE.test(type)) return /^https?:/.test(url) ? [anything("the URL of an entry")] : [];
  const need = (interaction: string, as: Certainty = certainty): FhirNeed => ({
    name: `${type}.${interaction}`,
    certainty: as,
  });
  const isConditional = rest.startsWith("?");
  const condition = isConditional ? [need("search")] : [];
  switch (method) {
    case "POST":
      return rest.startsWith("/_search") ? [need("search")] : [need("create")];
    case "PUT":
      return [need("update"), need("create", "optional"), ...condition];
    case "PATCH":
      return [need("patch"), ...condition];
    case "DELETE":
      return [need("delete"), ...condition];
    default:
      if (isConditional || rest === "") return [need("search")];
      if (/\/_history\/./.test(rest)) return [need("vread")];
      return [need(rest.includes("/_history") ? "history" : "read")];
  }
}

/** `ifNoneExist` searches the type that it would create. */
function conditionNeeds(condition: CodeValue | undefined, url: CodeValue | undefined): readonly FhirNeed[] {
  if (condition === undefined || (condition.kind === "literal" && condition.value === undefined)) return [];
  return typed("search", { ...textsOf(url), heads: [] });
}

/** `reference: "Patient?identifier=…"` anywhere in what is written. */
function criteriaIn(resource: CodeValue): readonly FhirNeed[] {
  const found = new Set<string>();
  const seen = new Set<CodeValue>();
  const visit = (value: CodeValue, depth: number): void => {
    if (depth > WALK_DEPTH_MAX || seen.has(value)) return;
    seen.add(value);
    if (value.kind === "object") {
      const { known, heads } = textsOf(value.entries.get("reference"));
      for (const text of [...known, ...heads]) {
        const type = /^([A-Z][A-Za-z]+)\?/.exec(text)?.[1];
        if (type !== undefined) found.add(type);
      }
      for (const child of value.entries.values()) visit(child, depth + 1);
      if (value.rest) visit(value.rest, depth + 1);
    } else if (value.kind === "list") {
      for (const item of value.items) visit(item, depth + 1);
      if (value.rest) visit(value.rest, depth + 1);
    } else if (value.kind === "choice") for (const option of value.options) visit(option, depth + 1);
  };
  visit(resource, 0);
  return [...found].map((type) => ({ name: `${type}.search`, certainty: "sure" }));
}

/** An id that a stored record has is known to be one; any other may be of a record that is not there yet. */
function isStored(resource: CodeValue): boolean {
  const id = memberOf(resource, "id");
  if (id?.kind === "result") return true;
  // A whole record that the door answered, with something written over it.
  return id === undefined && resource.kind === "object" && resource.rest?.kind === "result";
}

function typed(interaction: string, { known, heads, open }: ReturnType<typeof textsOf>): readonly FhirNeed[] {
  const types = known.filter((type) => TYPE.test(type));
  const isSure = known.length === 1 && heads.length === 0 && open === undefined;
  const certainty = isSure ? "sure" : "perhaps";
  const needs: FhirNeed[] = types.map((type) => ({ name: `${type}.${interaction}`, certainty }));
  if (open === undefined && heads.length === 0) return needs;
  const because = open ?? "a type of which parts are not known";
  return [...needs, { name: undefined, couldBe: (grant) => grant.endsWith(`.${interaction}`), because }];
}

function optional(needs: readonly FhirNeed[]): readonly FhirNeed[] {
  return needs.map((need) => (need.name === undefined ? need : { ...need, certainty: "optional" }));
}

function anything(because: string): FhirNeed {
  return { name: undefined, couldBe: () => true, because };
}

/** Each of what a value can be; where it is not known, nothing about it is. */
function each(value: CodeValue | undefined, needsOf: (one: CodeValue) => readonly FhirNeed[]): readonly FhirNeed[] {
  if (value === undefined) return [anything("what is not given")];
  if (value.kind === "choice") return value.options.flatMap((option) => each(option, needsOf));
  // Nothing asks for nothing: such a call fails before it reaches the door.
  return value.kind === "literal" && value.value === undefined ? [] : needsOf(value);
}

/** A member, where the value has it for certain or may have it. */
function memberOf(value: CodeValue, name: string): CodeValue | undefined {
  if (value.kind === "object") return value.entries.get(name) ?? spreadMember(value.rest, name);
  if (value.kind === "choice") {
    const options = value.options.flatMap((option) => memberOf(option, name) ?? []);
    return options.length === 0 ? undefined : { kind: "choice", options, spot: value.spot };
  }
  return value.kind === "literal" ? undefined : openMember(value, name);
}

/** The type of a record that `ctx.fhir` answered: the one that was asked for, or written. */
function typeAnswered({ call, path }: ResultValue): CodeValue | undefined {
  const [member, method] = call.callee.kind === "input" ? call.callee.path : [];
  if (member !== "fhir") return undefined;
  const [first, parameters] = call.args;
  const place = path.join(".");
  if (["read", "vread", "patch"].includes(method ?? "")) return place === "" ? first : undefined;
  if (method === "create" || method === "update")
    return place === "" && first ? memberOf(first, "resourceType") : undefined;
  if (method !== "search" || !/^entry\.[^.]+\.resource$/.test(place)) return undefined;
  // What is included along with the matches may be of any type.
  const isPlain = parameters?.kind === "object" && !parameters.rest;
  const includes = isPlain && [...parameters.entries.keys()].some((key) => /^_(rev)?include/.test(key));
  return isPlain && !includes ? first : undefined;
}

/** What was spread into a map stands for each of its entries: `*` of a record is its `resourceType` too. */
function spreadMember(rest: CodeValue | undefined, name: string): CodeValue | undefined {
  if (rest?.kind === "choice") {
    return { ...rest, options: rest.options.flatMap((option) => spreadMember(option, name) ?? []) };
  }
  if (rest === undefined || !("path" in rest) || rest.path.at(-1) !== ANY) return rest;
  return openMember({ ...rest, path: rest.path.slice(0, -1) }, name);
}

/** A member of what is not known is not known either. */
function openMember(value: CodeValue | undefined, name: string): CodeValue | undefined {
  if (value === undefined) return undefined;
  if (value.kind === "object" || value.kind === "choice") return memberOf(value, name);
  const known = value.kind === "result" && name === "resourceType" ? typeAnswered(value) : undefined;
  if (known) return known;
  if (value.kind === "result" || value.kind === "input" || value.kind === "instance" || value.kind === "given") {
    return { ...value, path: [...value.path, name] };
  }
  return value;
}
