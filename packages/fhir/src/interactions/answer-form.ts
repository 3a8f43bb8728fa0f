/**
 * In which form a caller wants its answer: `_format`, `_pretty`, `_summary`, `_elements` (FHIR R4 http §3.1.0.1.8 to
 * §3.1.0.1.11) and `Prefer: return=…` (§3.1.0.1.9.1).
 */
import { successOutcome, WardError, type FhirAnswer } from "@ward/core";
import { writeJson, type JsonObject } from "../json.ts";
import { isWhole, subset, type SubsetOptions } from "../query/subset.ts";

export interface AnswerForm extends SubsetOptions {
  readonly isPretty: boolean;
  readonly returns: "minimal" | "representation" | "OperationOutcome";
}

/** A query's parameters of form, and the rest in its own order. */
export interface SplitQuery {
  readonly form: Pick<AnswerForm, "isPretty" | "summary" | "elements">;
  /** Without `_format` and `_pretty`; where `takesSubset`, without `_summary` and `_elements` as well. */
  readonly rest: string;
}

const JSON_FORMATS = ["json", "text/json", "application/json", "application/fhir+json", "application/json+fhir"];
const SUMMARIES = ["true", "false", "text", "data", "count"] as const;

const SUBSETS: ReadonlySet<string> = new Set(["_summary", "_elements"]);
const UNASKED: SplitQuery["form"] = { isPretty: false };

/** A pair that may be one of form once its name is decoded (`URLSearchParams` takes a first `?` away), or is empty. */
const TO_SPLIT = /(?:^|&)(?:$|[&?]|_(?:format|pretty|summary|elements)(?:[=&]|$)|[^=&]*%)/;

/** `takesSubset`: `_summary` and `_elements` are taken out too; a search reads them itself. */
export function splitQuery(query: string, takesSubset: boolean): SplitQuery {
  if (query === "" || !TO_SPLIT.test(query)) return { form: UNASKED, rest: query };
  const rest: string[] = [];
  const form: { -readonly [Name in keyof SplitQuery["form"]]: SplitQuery["form"][Name] } = { isPretty: false };
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [[name, value] = ["", ""]] = new URLSearchParams(pair);
    const isTaken = name === "_format" || name === "_pretty" || (takesSubset && SUBSETS.has(name ?? ""));
    if (!isTaken) rest.push(pair);
    // Of a form's empty field: ignored (search §3.1.1.3).
    else if (value === undefined || value === "") continue;
    else if (name === "_format") checkFormat(value);
    else if (name === "_pretty") form.isPretty = value === "true";
    else if (name === "_summary") form.summary = parseSummary(value);
    else form.elements = parseElements(value);
  }
  if (form.summary !== undefined && form.summary !== "false" && form.elements !== undefined) {
    throw new WardError("invalid-request", { parameter: "_elements", reason: "with-summary" });
  }
  return { form, rest: rest.join("&") };
}

/** `Prefer: return=…`, in any case; a wish that Ward does not know is no error (RFC 7240 §2). */
export function parseReturn(prefer: string | undefined): AnswerForm["returns"] {
  if (prefer === undefined) return "representation";
  const wish = /(?:^|[;,\s])return\s*=\s*"?(minimal|OperationOutcome)"?(?=$|[;,\s])/i.exec(prefer);
  if (wish === null) return "representation";
  return wish[1]?.toLowerCase() === "minimal" ? "minimal" : "OperationOutcome";
}

/** Unless somebody asks for leniency, what is not understood is refused: a criterion left out widens an answer. */
export function parseHandling(prefer: string | undefined): "strict" | "lenient" {
  if (prefer === undefined) return "strict";
  return /(?:^|[;,\s])handling\s*=\s*"?lenient"?(?=$|[;,\s])/i.test(prefer) ? "lenient" : "strict";
}

/** A resource as it leaves, with the elements that were asked for. */
export function shownResource(resource: JsonObject, form: AnswerForm): JsonObject {
  return isWhole(form) ? resource : subset(resource, form);
}

/** Whether the stored bytes can leave as they are. */
export function isVerbatim(form: AnswerForm): boolean {
  return !form.isPretty && isWhole(form);
}

/** What a write answers beside its headers. */
export function writtenBody(
  form: AnswerForm,
  written: { readonly resource?: JsonObject; readonly json?: Uint8Array },
  text: string,
): Pick<FhirAnswer, "body" | "json"> {
  if (form.returns === "minimal") return {};
  if (form.returns === "OperationOutcome") return { body: successOutcome(text) };
  if (written.json !== undefined && isVerbatim(form)) return { json: written.json };
  return written.resource === undefined ? {} : { body: shownResource(written.resource, form) };
}

/** Makes bytes of a body where JavaScript's own writing would not do. */
export function finishAnswer(answer: FhirAnswer, { isPretty }: Pick<AnswerForm, "isPretty">): FhirAnswer {
  if (!isPretty || (answer.body === undefined && answer.json === undefined)) return answer;
  const { body, json, ...rest } = answer;
  const value: unknown = body ?? JSON.parse(Buffer.from(json as Uint8Array).toString());
  return { ...rest, json: Buffer.from(writeJson(value, 2)) };
}

/** `application/fhir+json; fhirVersion=4.0` is what Ward writes; no other form. */
function checkFormat(value: string): void {
  const [type = "", ...parameters] = value.split(";").map((part) => part.trim().toLowerCase());
  // An unescaped `+` in a query is a space.
  if (!JSON_FORMATS.includes(type.replace(" ", "+"))) throw new WardError("not-acceptable", { parameter: "_format" });
  for (const parameter of parameters) {
    const version = /^fhirversion=(.*)$/.exec(parameter)?.[1];
    if (version !== undefined && !/^4\.0(\.\d)?$/.test(version)) {
      throw new WardError("not-acceptable", { parameter: "_format", reason: "fhir-version" });
    }
  }
}

function parseSummary(value: string): NonNullable<AnswerForm["summary"]> {
  const summary = SUMMARIES.find((each) => each === value);
  if (summary === undefined) throw new WardError("invalid-request", { parameter: "_summary", reason: "value" });
  return summary;
}

function parseElements(value: string): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (!names.every((name) => /^[A-Za-z][A-Za-z.[\]]{0,127}$/.test(name))) {
    throw new WardError("invalid-request", { parameter: "_elements", reason: "value" });
  }
  // `Patient.name` names what `name` names.
  return names.map((name) => name.replace(/^[A-Z][A-Za-z]*\./, ""));
}
