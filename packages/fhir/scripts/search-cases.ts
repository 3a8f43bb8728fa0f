/**
 * One case for each modifier and prefix of each kind of parameter: a query, a resource that it finds and one that it does
 * not. The tables of docs/reference/search.md are what comes of running them.
 */
import type { JsonObject } from "../src/json.ts";

export interface SearchCase {
  readonly kind: string;
  /** A modifier or prefix; "" for none. */
  readonly form: string;
  readonly query: string;
  readonly found: JsonObject;
  readonly other: JsonObject;
}

const UCUM = "http://unitsofmeasure.org";
const ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203";
const PREFIXES = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"] as const;

const resource = (resourceType: string, more: JsonObject): JsonObject => ({ resourceType, id: "1", ...more });
const patient = (more: JsonObject): JsonObject => resource("Patient", more);
const observation = (more: JsonObject): JsonObject => resource("Observation", more);
const coded = (code: string, text?: string): JsonObject =>
  observation({ code: { coding: [{ system: "http://loinc.org", code }], ...(text === undefined ? {} : { text }) } });
const encounter = (code: string): JsonObject => resource("Encounter", { class: { system: ACT, code } });
const named = (family: string): JsonObject => patient({ name: [{ family }] });
const subject = (more: JsonObject): JsonObject => observation({ subject: more });
const plan = (library: string): JsonObject => resource("PlanDefinition", { library: [library] });
const weight = (value: number, code = "kg"): JsonObject =>
  observation({ valueQuantity: { value, unit: code, system: UCUM, code } });
const risk = (probabilityDecimal: number): JsonObject =>
  resource("RiskAssessment", { prediction: [{ probabilityDecimal }] });
const valueSet = (url: string): JsonObject => resource("ValueSet", { url });
const pressure = (systolic: number): JsonObject =>
  observation({
    component: [
      { code: { coding: [{ code: "8480-6" }] }, valueQuantity: { value: systolic } },
      { code: { coding: [{ code: "8462-4" }] }, valueQuantity: { value: 150 } },
    ],
  });

/** For each prefix of 5: a value that is found, and one that is not. */
const NUMBERS: Readonly<Record<(typeof PREFIXES)[number], readonly [number, number]>> = {
  eq: [5, 6],
  ne: [6, 5],
  gt: [6, 5],
  lt: [4, 5],
  ge: [5, 4],
  le: [5, 6],
  sa: [6, 5],
  eb: [4, 5],
  ap: [5.4, 6],
};

export const SEARCH_CASES: readonly SearchCase[] = [
  { kind: "token", form: "", query: "code=http://loinc.org|2345-7", found: coded("2345-7"), other: coded("1") },
  { kind: "token", form: "`system\\|`", query: "code=http://loinc.org|", found: coded("1"), other: observation({}) },
  { kind: "token", form: ":not", query: "code:not=2345-7", found: observation({}), other: coded("2345-7") },
  { kind: "token", form: ":text", query: "code:text=sug", found: coded("1", "Sugar"), other: coded("sug") },
  {
    kind: "token",
    form: ":in",
    query: "class:in=http://terminology.hl7.org/ValueSet/v3-ActEncounterCode",
    found: encounter("AMB"),
    other: encounter("x"),
  },
  {
    kind: "token",
    form: ":not-in",
    query: "class:not-in=http://terminology.hl7.org/ValueSet/v3-ActEncounterCode",
    found: encounter("x"),
    other: encounter("AMB"),
  },
  {
    kind: "token",
    form: ":below",
    query: `class:below=${ACT}|IMP`,
    found: encounter("ACUTE"),
    other: encounter("AMB"),
  },
  {
    kind: "token",
    form: ":above",
    query: `class:above=${ACT}|ACUTE`,
    found: encounter("IMP"),
    other: encounter("AMB"),
  },
  {
    kind: "token",
    form: ":of-type",
    query: `identifier:of-type=${V2_0203}|MR|12`,
    found: patient({ identifier: [{ value: "12", type: { coding: [{ system: V2_0203, code: "MR" }] } }] }),
    other: patient({ identifier: [{ value: "12" }] }),
  },
  { kind: "token", form: ":missing", query: "code:missing=true", found: observation({}), other: coded("1") },
  { kind: "string", form: "", query: "family=mul", found: named("Müller"), other: named("Emuller") },
  { kind: "string", form: ":exact", query: "family:exact=Müller", found: named("Müller"), other: named("Muller") },
  { kind: "string", form: ":contains", query: "family:contains=ull", found: named("Müller"), other: named("Miller") },
  { kind: "string", form: ":missing", query: "family:missing=false", found: named("Müller"), other: patient({}) },
  {
    kind: "reference",
    form: "",
    query: "encounter=Encounter/2",
    found: observation({ encounter: { reference: "Encounter/2" } }),
    other: observation({ encounter: { reference: "Encounter/3" } }),
  },
  {
    kind: "reference",
    form: ":[type]",
    query: "subject:Patient=2",
    found: subject({ reference: "Patient/2" }),
    other: subject({ reference: "Group/2" }),
  },
  {
    kind: "reference",
    form: ":identifier",
    query: "subject:identifier=urn:mrn|2",
    found: subject({ identifier: { system: "urn:mrn", value: "2" } }),
    other: subject({ reference: "Patient/2" }),
  },
  {
    kind: "reference",
    form: ":below",
    query: "depends-on:below=http://a.org/library|1",
    found: plan("http://a.org/library|1.2"),
    other: plan("http://a.org/library|2.0"),
  },
  {
    kind: "reference",
    form: ":missing",
    query: "encounter:missing=true",
    found: observation({}),
    other: observation({ encounter: { reference: "Encounter/2" } }),
  },
  ...PREFIXES.map((form): SearchCase => {
    const [found, other] = NUMBERS[form].map((year) =>
      observation({ effectiveDateTime: `200${Math.floor(year)}-01-01` }),
    );
    // What is about a date lies within a tenth of the time since then.
    const ap = observation({ effectiveDateTime: "2005-12-01" });
    return {
      kind: "date",
      form,
      query: `date=${form}2005-01-01`,
      found: form === "ap" ? ap : (found as JsonObject),
      other: form === "ap" ? observation({ effectiveDateTime: "2009" }) : (other as JsonObject),
    };
  }),
  {
    kind: "date",
    form: ":missing",
    query: "date:missing=true",
    found: observation({}),
    other: observation({ effectiveDateTime: "2005" }),
  },
  ...PREFIXES.map((form): SearchCase => {
    const [found, other] = NUMBERS[form];
    return {
      kind: "quantity",
      form,
      query: `value-quantity=${form}5000|${UCUM}|g`,
      found: weight(found),
      other: weight(other),
    };
  }),
  {
    kind: "quantity",
    form: ":missing",
    query: "value-quantity:missing=true",
    found: observation({}),
    other: weight(5),
  },
  ...PREFIXES.map((form): SearchCase => {
    const [found, other] = NUMBERS[form];
    return { kind: "number", form, query: `probability=${form}5`, found: risk(found), other: risk(other) };
  }),
  {
    kind: "number",
    form: ":missing",
    query: "probability:missing=true",
    found: resource("RiskAssessment", {}),
    other: risk(5),
  },
  {
    kind: "uri",
    form: "",
    query: "url=http://a.org/b",
    found: valueSet("http://a.org/b"),
    other: valueSet("http://a.org/b/c"),
  },
  {
    kind: "uri",
    form: ":below",
    query: "url:below=http://a.org/b",
    found: valueSet("http://a.org/b/c"),
    other: valueSet("http://a.org/bc"),
  },
  {
    kind: "uri",
    form: ":above",
    query: "url:above=http://a.org/b/c",
    found: valueSet("http://a.org/b"),
    other: valueSet("http://a.org/bc"),
  },
  {
    kind: "uri",
    form: ":missing",
    query: "url:missing=false",
    found: valueSet("urn:a"),
    other: resource("ValueSet", {}),
  },
  {
    kind: "composite",
    form: "",
    query: "component-code-value-quantity=8480-6$gt100",
    found: pressure(120),
    other: pressure(90),
  },
  {
    kind: "composite",
    form: ":missing",
    query: "component-code-value-quantity:missing=true",
    found: observation({}),
    other: pressure(120),
  },
];
