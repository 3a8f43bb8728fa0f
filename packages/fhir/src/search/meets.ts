/** Whether a decrypted record is what a search asks for: the judges of every candidate that tokens or a scan give. */
import { containedAs, type Searched } from "../extraction/searched.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import type { FlatCriterion, Modifier, ReferenceCriterion, ValueCriterion } from "./contract.ts";
import { compositeMatches } from "./kinds/composite.ts";
import { dateMatches } from "./kinds/date.ts";
import { numberMatches } from "./kinds/number.ts";
import { quantityMatches } from "./kinds/quantity.ts";
import { identifierMatches, literalOf, referenceMatches } from "./kinds/reference.ts";
import { stringMatches } from "./kinds/string.ts";
import { codesMatch, mimeMatches, tokenMatches, tokenTextMatches, typedMatches } from "./kinds/token.ts";
import { parameterOf } from "./parameters.ts";
import { isToBeLookedUp } from "./terminology/value-sets.ts";
import { unsupportedSearch } from "./refuse.ts";
import { uriMatches } from "./kinds/uri.ts";
import type { Operand } from "./operand.ts";

/** Made once for all candidates of a search. */
export type Judge = (record: Searched) => boolean;

/** Whether a record meets all of the criteria. */
export function judgeOf(criteria: readonly FlatCriterion[]): Judge {
  const judges = criteria.map(judgeOfOne);
  return (record) => {
    for (const judge of judges) if (!judge(record)) return false;
    return true;
  };
}

function judgeOfOne(criterion: FlatCriterion): Judge {
  switch (criterion.kind) {
    case "ids":
      return (record) => criterion.ids.has(record.id);
    case "references":
      return (record) => refersToOne(record, criterion);
    case "value":
      return judgeOfValues(criterion);
  }
}

function judgeOfValues({ parameter: { name }, modifier, values }: ValueCriterion): Judge {
  refuseOpenValueSets(name, values);
  if (modifier === "missing") {
    return (record) => {
      const isMissing = record.valuesOf(name).length === 0;
      return values.some((each) => each.kind === "missing" && each.isMissing === isMissing);
    };
  }
  // Of all values, and true where there is none (FHIR R4 search §3.1.1.4.4).
  const isNegated = modifier === "not" || modifier === "not-in";
  // Cards that have values in common tell the same ones: those of a patient name the patient.
  let lastFound: readonly SearchValue[] | undefined;
  let lastType: string | undefined;
  let isLastAny = false;
  return (record) => {
    const { type } = record;
    const found = record.valuesOf(name);
    if (found !== lastFound || type !== lastType) {
      isLastAny = isAny(found, record);
      lastFound = found;
      lastType = type;
    }
    return isLastAny !== isNegated;
  };

  /** Value by value, so that a long text is folded once for all operands. */
  function isAny(found: readonly SearchValue[], record: Searched): boolean {
    for (const value of found) {
      for (const operand of values) {
        if (!matches(operand, value, modifier) || !isTarget(operand, value, record.type, name)) continue;
        if (isOfVersion(operand, record)) return true;
      }
    }
    return false;
  }
}

/** `:not-in` a value set that nobody looked up would be true of everything, also of what is then deleted. */
export function refuseOpenValueSets(name: string, values: readonly Operand[]): void {
  if (values.some(isToBeLookedUp)) throw unsupportedSearch(name, "value-set-here");
}

/** An id alone means a record of one of the types that the parameter points to. */
function isTarget(operand: Operand, value: SearchValue, type: string, name: string): boolean {
  if (operand.kind !== "reference" || operand.id === undefined || operand.type !== undefined) return true;
  const targets = parameterOf(type, name)?.targets;
  const literal = value.kind === "reference" ? literalOf(value.reference ?? "", operand.base) : undefined;
  return !targets || literal === undefined || targets.includes(literal.type);
}

/** `url=http://a/b|1.0` names the version too. */
function isOfVersion(operand: Operand, record: Searched): boolean {
  if (operand.kind !== "uri" || operand.version === undefined) return true;
  return record.valuesOf("version").some((value) => value.kind === "token" && value.code === operand.version);
}

function refersToOne(record: Searched, { parameter, references, contained }: ReferenceCriterion): boolean {
  return record.valuesOf(parameter.name).some((value) => {
    if (value.kind !== "reference" || value.reference === undefined) return false;
    if (references.has(value.reference)) return true;
    const literal = literalOf(value.reference);
    if (literal !== undefined) return references.has(`${literal.type}/${literal.id}`);
    const within = contained && containedAs(record, value.reference);
    return within !== undefined && contained?.meets(within) === true;
  });
}

/** A value of another kind than the operand's never matches. */
function matches(operand: Operand, value: SearchValue, modifier: Modifier | undefined): boolean {
  switch (value.kind) {
    case "token":
      if (operand.kind === "token") return tokenMatches(operand, value);
      if (operand.kind === "codes") return codesMatch(operand, value);
      if (operand.kind === "typed") return typedMatches(operand, value);
      if (operand.kind === "mime") return mimeMatches(operand, value);
      return operand.kind === "string" && tokenTextMatches(operand, value);
    case "string":
      if (modifier === "exact" && value.isPart) return false;
      return operand.kind === "string" && stringMatches(operand, value.text, modifier as "exact" | "contains");
    case "reference":
      if (operand.kind === "token") return identifierMatches(operand, value);
      return operand.kind === "reference" && referenceMatches(operand, value);
    case "date":
      return operand.kind === "date" && dateMatches(operand, value);
    case "number":
      return operand.kind === "number" && numberMatches(operand, value);
    case "quantity":
      return operand.kind === "quantity" && quantityMatches(operand, value);
    case "uri":
      return operand.kind === "uri" && uriMatches(operand, value.uri, modifier as "above" | "below");
    case "composite":
      return (
        operand.kind === "composite" &&
        compositeMatches(operand, value, (each, component) => matches(each, component, undefined))
      );
    case "position":
      return false;
  }
}
