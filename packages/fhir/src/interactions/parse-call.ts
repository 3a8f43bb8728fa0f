/**
 * A call as one of the interactions Ward answers. What is malformed or unknown is refused here by name, before the door
 * is asked. A condition is read strictly whatever the caller prefers: a criterion that is ignored would widen a write.
 */
import { R4_RESOURCE_TYPES, WardError, type FhirCall } from "@ward/core";
import { copyJson, isObject, parseFhirJson, type JsonObject, type RewriteText } from "../json.ts";
import { typesIn } from "../query/compartments.ts";
import type { Search } from "../search/contract.ts";
import { parseSearch } from "../search/parse-search.ts";
import { invalid } from "../validate.ts";
import { isConditional, relativeTo } from "./bundle/resolve-references.ts";
import { parseHandling, parseReturn, splitQuery, type AnswerForm } from "./answer-form.ts";
import { parseHistoryParameters } from "./history-parameters.ts";
import type { IfMatch, Interaction, OperationInteraction, SearchInteraction, Target } from "./interaction.ts";
import { findOperation } from "./operations/table.ts";
import { parseEntryPatch, parsePatch } from "./patch/parse-patch.ts";
import { parseIfMatch, parseIfNoneMatch, parseUnless } from "./preconditions.ts";
import type { RequestLine } from "./request-line.ts";

export interface ParseContext {
  readonly baseUrl: string;
  readonly now: Date;
  /** An entry of a Bundle: its resource is copied and checked JSON already, a patch comes as a resource. */
  readonly isEntry: boolean;
}

type LineOf<Kind extends RequestLine["kind"]> = Extract<RequestLine, { kind: Kind }>;

/** R4 gives them no endpoint of their own (parameters.html). */
export const NOT_STORED: ReadonlySet<string> = new Set(["Parameters"]);

/** `line` MUST be of `call`. Not for Bundles at the base and the CapabilityStatement. */
export function parseInteraction(
  line: Exclude<RequestLine, { kind: "bundle" | "capabilities" }>,
  call: FhirCall,
  context: ParseContext,
): Interaction {
  const takesSubset = line.kind !== "search" && line.kind !== "operation";
  const { form: shape, rest } = splitQuery(line.query, takesSubset);
  const form: AnswerForm = { ...shape, returns: parseReturn(call.prefer) };
  switch (line.kind) {
    case "read": {
      const { kind, type, id } = line;
      return { kind, type, id, unless: parseUnless(call.ifNoneMatch, call.ifModifiedSince), form };
    }
    case "vread": {
      if (!/^[1-9]\d{0,8}$/.test(line.version))
        throw new WardError("not-found", { type: line.type, reason: "version-form" });
      const unless = parseUnless(call.ifNoneMatch, call.ifModifiedSince);
      return { ...line, version: Number(line.version), form, unless };
    }
    case "history":
      return { ...line, form, parameters: parseHistoryParameters(rest, parseHandling(call.prefer)) };
    case "search":
      return searchOf(line, rest, call, form, context);
    case "operation":
      return operationOf(line, withoutEmpty(rest), call, form, context);
    default:
      return writeOf(line, rest, call, form, context);
  }
}

function writeOf(
  line: LineOf<"create" | "update" | "patch" | "delete">,
  query: string,
  call: FhirCall,
  form: AnswerForm,
  context: ParseContext,
): Interaction {
  const { kind, type } = line;
  if (NOT_STORED.has(type)) throw new WardError("unsupported", { type, reason: "type-not-stored" });
  if (kind === "create") {
    if (query !== "") throw new WardError("invalid-request", { type, reason: "parameters" });
    const taken = takeResource(call.body, type, context);
    const { ifNoneExist } = call;
    if (ifNoneExist === undefined) return { kind, type, ...taken, form };
    return { kind, type, ...taken, form, condition: conditionOf(type, ifNoneExist.replace(/^[^?]*\?/, ""), context) };
  }
  const target = targetOf(line, query, context);
  const ifMatch = ifMatchOf(call, kind === "update");
  const common = { type, target, form, ...(ifMatch === undefined ? {} : { ifMatch }) };
  if (kind === "delete") return { kind, ...common };
  if (kind === "patch") {
    const { body, contentType } = call;
    return {
      kind,
      ...common,
      patch: context.isEntry ? parseEntryPatch(body as JsonObject) : parsePatch(body, contentType),
    };
  }
  const taken = takeResource(call.body, type, context);
  // With a condition the id may be missing: the server knows it (R4 http §3.1.0.4.3).
  if (target.id !== undefined && taken.resource["id"] !== target.id) {
    throw new WardError("invalid-request", { type, reason: "id-mismatch" });
  }
  return { kind, ...common, ...taken };
}

function targetOf(line: LineOf<"update" | "patch" | "delete">, query: string, context: ParseContext): Target {
  const { type, id } = line;
  if (id === undefined) return { condition: conditionOf(type, query, context) };
  if (query !== "") throw new WardError("invalid-request", { type, reason: "parameters" });
  return { id };
}

/** `If-None-Match: *` on an update: only where there is none (RFC 9110 §13.1.2). */
function ifMatchOf({ ifMatch, ifNoneMatch }: FhirCall, isUpdate: boolean): IfMatch | undefined {
  if (ifMatch !== undefined) return parseIfMatch(ifMatch);
  if (ifNoneMatch === undefined || !isUpdate) return undefined;
  if (parseIfNoneMatch(ifNoneMatch) !== "any") throw new WardError("invalid-request", { header: "if-none-match" });
  return 0;
}

/** Criteria and nothing else. Without one, a conditional delete would mean everything. */
export function conditionOf(type: string, query: string, { baseUrl, now }: ParseContext): Search {
  // Ignored as in a search, a criterion that came out empty would widen the write.
  if ([...new URLSearchParams(query).values()].includes("")) {
    throw new WardError("invalid-request", { type, reason: "empty-value" });
  }
  const search = parseSearch([type], query, "strict", { baseUrl, now });
  const { criteria, sort, includes, reverseIncludes, count, cursor, summary, elements, total } = search;
  if (criteria.length === 0) throw new WardError("invalid-request", { type, reason: "criteria-required" });
  const results = [count, cursor, summary, elements, total, sort[0], includes[0], reverseIncludes[0]];
  if (results.some((each) => each !== undefined)) {
    throw new WardError("invalid-request", { type, reason: "criteria-only" });
  }
  if (criteria.some(({ kind }) => kind === "chain" || kind === "reverseChain")) {
    throw new WardError("unsupported", { type, reason: "chained-condition" });
  }
  if (criteria.some((each) => each.kind === "value" && (each.modifier === "in" || each.modifier === "not-in"))) {
    throw new WardError("unsupported", { type, reason: "value-set-condition" });
  }
  return search;
}

function searchOf(
  { type, compartment }: LineOf<"search">,
  query: string,
  call: FhirCall,
  form: AnswerForm,
  { baseUrl, now }: ParseContext,
): SearchInteraction {
  const posted = splitQuery(call.method === "POST" ? formOf(call.body) : "", false);
  const rest = query === "" || posted.rest === "" ? query + posted.rest : `${query}&${posted.rest}`;
  const types = type !== undefined ? [type] : compartment !== undefined ? typesIn(compartment.type) : R4_RESOURCE_TYPES;
  const search = parseSearch(types, rest, parseHandling(call.prefer), { baseUrl, now });
  const { criteria, cursor } = search;
  // Everything that there is, of every type, is what a bulk export is for.
  if (types === R4_RESOURCE_TYPES && search.types === types && criteria.length === 0 && cursor === undefined) {
    throw new WardError("invalid-request", { parameter: "_type", reason: "required" });
  }
  const place = compartment === undefined ? [] : [compartment.type, compartment.id];
  return {
    kind: "search",
    ...(type === undefined ? {} : { type }),
    ...(compartment === undefined ? {} : { compartment }),
    path: [...place, ...(type === undefined ? (compartment === undefined ? [] : ["*"]) : [type])].join("/"),
    search,
    form: { ...form, isPretty: form.isPretty || posted.form.isPretty },
  };
}

function formOf(body: unknown): string {
  const form = body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : (body ?? "");
  if (typeof form !== "string") throw new WardError("invalid-request", { reason: "form-required" });
  return form.trim();
}

function operationOf(
  { name, type, id }: LineOf<"operation">,
  query: string,
  call: FhirCall,
  form: AnswerForm,
  context: ParseContext,
): OperationInteraction {
  const place = { ...(type === undefined ? {} : { type }), ...(id === undefined ? {} : { id }) };
  const operation = findOperation(name, place);
  if (call.method !== "POST") {
    if (!operation.isReadOnly) throw new WardError("method-not-allowed", { allow: ["POST"] });
    return { kind: "operation", operation, ...place, query, form };
  }
  const hasBody = call.body !== undefined && call.body !== "";
  return {
    kind: "operation",
    operation,
    ...place,
    query,
    form,
    ...(hasBody ? { body: takeJson(call.body, context) } : {}),
  };
}

/** A parameter without a value is what an empty field of a form becomes: it is ignored (search §3.1.1.3). */
function withoutEmpty(query: string): string {
  const pairs = query.split("&");
  return pairs.filter((pair) => !/^[^=]*=?$/.test(pair)).join("&");
}

/** A body as JSON within the limits; text and bytes are parsed strictly. */
export function takeJson(body: unknown, { isEntry }: Pick<ParseContext, "isEntry">, rewrite?: RewriteText): JsonObject {
  const value = isEntry ? body : jsonOf(body, rewrite);
  if (!isObject(value)) throw new WardError("invalid-request", { reason: "body-required" });
  return value;
}

function takeResource(
  body: unknown,
  type: string,
  context: ParseContext,
): { readonly resource: JsonObject; readonly isLiteral: boolean } {
  // Of an entry it is not known: its Bundle was read whole.
  let isLiteral = !context.isEntry;
  const relative = relativeTo(context.baseUrl);
  const rewrite: RewriteText = (text, name) => {
    if (name === "reference" && isConditional(text)) isLiteral = false;
    return relative(text, name);
  };
  const resource = takeJson(body, context, type === "Bundle" ? undefined : rewrite);
  if (resource["resourceType"] !== type) throw new WardError("invalid-request", { type, reason: "type-mismatch" });
  checkAssigned(resource, type);
  return { resource, isLiteral };
}

/** What the server assigns itself takes the place of what was sent, which has to be of its type nevertheless. */
function checkAssigned({ id, meta }: JsonObject, type: string): void {
  const isText = (value: unknown): boolean => value === undefined || typeof value === "string";
  if (!isText(id)) throw invalid([`${type}.id: format`]);
  if (!isObject(meta)) return;
  for (const name of ["versionId", "lastUpdated"]) {
    if (!isText(meta[name])) throw invalid([`${type}.meta.${name}: format`]);
  }
}

function jsonOf(body: unknown, rewrite: RewriteText | undefined): unknown {
  if (typeof body === "string") return parseFhirJson(body, rewrite);
  if (!(body instanceof Uint8Array)) return copyJson(body, rewrite);
  try {
    return parseFhirJson(new TextDecoder("utf-8", { fatal: true }).decode(body), rewrite);
  } catch (thrown) {
    if (thrown instanceof WardError) throw thrown;
    throw new WardError("invalid-request", { reason: "not-utf-8" });
  }
}
