/**
 * Random populations and random searches over few values, so that most searches find something and many records tie.
 * For tests alone.
 */
import fc from "fast-check";
import type { JsonObject } from "../../json.ts";
import type { NaiveCriterion, NaiveInclude, World } from "./naive-search.ts";

export interface RandomSearch {
  readonly type: string;
  readonly criteria: readonly NaiveCriterion[];
  readonly sort: readonly string[];
  readonly includes: readonly NaiveInclude[];
  readonly count: number | undefined;
}

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";
const of = fc.constantFrom;

const FAMILIES = ["Okafor", "O'Neil", "Ångström", "Zhang Wei", "adams", "Åkesson"];
const DATES = ["1980", "1980-05", "1980-05-01", "1980-04-30", "1981-01-01"];
const TIMES = [
  "2024",
  "2024-02",
  "2024-02-29",
  "2024-02-29T10:00:00Z",
  "2024-02-29T23:30:00-05:00",
  "2024-03-01T00:00:00.000Z",
  "2023-12-31T23:59:59+00:00",
];
const CODES = ["glu", "bp", "hr"];
const AMOUNTS = [1, 2.5, 5, 5.4, 500, 0.005];
const SYSTEMS = ["urn:s:1", "urn:s:2"];

/** Keeps what is given, leaves out what is undefined. */
function made(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc
    .record(fields)
    .map(
      (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as JsonObject,
    );
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const refer = (...types: readonly [string, number][]): fc.Arbitrary<JsonObject> =>
  of(
    ...types.flatMap(([type, size]) => Array.from({ length: size }, (_, n) => `${type}/${type.toLowerCase()}${n}`)),
  ).map((reference) => ({ reference }));
const list = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[] | undefined> =>
  fc.array(arbitrary, { maxLength: 2 }).map((each) => (each.length === 0 ? (undefined as unknown as T[]) : each));

const identifier = made({ system: maybe(of(...SYSTEMS)), value: of("a1", "b2") });
const concept = fc.oneof(
  made({
    coding: fc.array(
      made({ system: maybe(of(LOINC, ...SYSTEMS)), code: of(...CODES), display: maybe(of("Glucose", "Heart rate")) }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  made({ text: of("glucose in blood", "Pulse") }),
);
const quantity = made({ value: of(...AMOUNTS), code: of("mg", "g", "kg") }).map((each) => ({
  ...each,
  system: UCUM,
  unit: "weight",
}));
const meta = maybe(made({ tag: fc.constant([{ system: "urn:tags", code: "test" }]) }));
const period = fc.oneof(
  made({ start: of(...TIMES.slice(0, 3), "2023-01-01"), end: maybe(of("2024-12-31", "2025")) }),
  made({ end: of("2023-06", "2024-12-31") }),
);
const SIZES = {
  Patient: 4,
  Practitioner: 2,
  Organization: 2,
  Encounter: 3,
  Observation: 12,
  Condition: 3,
  RiskAssessment: 3,
  ValueSet: 4,
};

const BY_TYPE: Readonly<Record<keyof typeof SIZES, fc.Arbitrary<JsonObject>>> = {
  Organization: made({
    meta,
    name: of("Ward 5", "General"),
    identifier: list(identifier),
    partOf: maybe(refer(["Organization", 2])),
  }),
  Practitioner: made({ meta, name: list(made({ family: of(...FAMILIES) })), gender: maybe(of("female", "male")) }),
  Patient: made({
    meta,
    identifier: list(identifier),
    active: maybe(fc.boolean()),
    name: list(made({ family: of(...FAMILIES), given: maybe(of(["Amara"], ["Zoë", "Li"])) })),
    gender: maybe(of("female", "male", "other", "unknown")),
    birthDate: maybe(of(...DATES)),
    generalPractitioner: list(refer(["Practitioner", 2], ["Organization", 2])),
    managingOrganization: maybe(refer(["Organization", 2])),
  }),
  Encounter: made({
    meta,
    status: of("planned", "finished"),
    class: fc.constant({ system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" }),
    period: maybe(period),
    participant: list(refer(["Practitioner", 2]).map((individual) => ({ individual }))),
  }),
  Observation: made({
    meta,
    status: of("final", "preliminary"),
    identifier: list(identifier),
    code: concept,
    encounter: maybe(refer(["Encounter", 3])),
    contained: maybe(
      made({
        resourceType: fc.constant("Practitioner"),
        id: fc.constant("within"),
        name: list(made({ family: of(...FAMILIES) })),
        gender: maybe(of("female", "male")),
      }).map((each) => [each]),
    ),
    performer: list(refer(["Practitioner", 2], ["Organization", 2])),
    hasMember: list(refer(["Observation", 12])),
    valueQuantity: maybe(quantity),
    component: list(made({ code: concept, valueQuantity: maybe(quantity) })),
    effective: maybe(fc.oneof(of(...TIMES), period)),
  }).map(withoutRepetition),
  Condition: made({
    meta,
    code: maybe(concept),
    onsetDateTime: maybe(of(...TIMES)),
    asserter: maybe(refer(["Practitioner", 2])),
  }),
  RiskAssessment: made({
    meta,
    status: fc.constant("final"),
    prediction: list(
      of(0.1, 0.5, 0.55, 1).map((probabilityDecimal) => ({ outcome: { text: "x" }, probabilityDecimal })),
    ),
  }),
  ValueSet: made({
    meta,
    status: of("draft", "active"),
    url: maybe(of("http://a.example/vs", "http://a.example/vs/1", "http://a.example/vs/1/2", "http://a.example/vsx")),
    date: maybe(of(...TIMES)),
  }),
};

/**
 * The choice of `effective`; no value beside a component of the same code (obs-7); and what is contained referred to
 * (dom-3).
 */
function withoutRepetition({ effective, valueQuantity, ...rest }: JsonObject): JsonObject {
  const { contained, performer = [] } = rest as {
    readonly contained?: JsonObject[];
    readonly performer?: JsonObject[];
  };
  const components = (rest["component"] ?? []) as JsonObject[];
  const codings = JSON.stringify(components.map(({ code }) => code));
  const isRepeated = CODES.some((code) =>
    [codings, JSON.stringify(rest["code"])].every((each) => each.includes(`"${code}"`)),
  );
  return {
    ...rest,
    ...(valueQuantity !== undefined && !isRepeated ? { valueQuantity } : {}),
    ...(typeof effective === "string" ? { effectiveDateTime: effective } : {}),
    ...(typeof effective === "object" ? { effectivePeriod: effective } : {}),
    ...(contained === undefined ? {} : { performer: [...performer, { reference: "#within" }] }),
  };
}

const ABOUT_PATIENT = new Set(["Encounter", "Observation", "Condition", "RiskAssessment"]);

/** In the order in which it is to be stored; a reference may lead nowhere. */
export const randomWorld: fc.Arbitrary<World> = fc
  .tuple(
    ...(Object.keys(SIZES) as (keyof typeof SIZES)[]).map((type) =>
      fc
        .tuple(
          fc.array(BY_TYPE[type], { minLength: SIZES[type] >> 1, maxLength: SIZES[type] }),
          fc.array(refer(["Patient", SIZES.Patient]), { minLength: SIZES[type], maxLength: SIZES[type] }),
        )
        .map(([resources, subjects]) =>
          resources.map((resource, n): JsonObject => ({
            resourceType: type,
            id: `${type.toLowerCase()}${n}`,
            ...resource,
            ...(ABOUT_PATIENT.has(type) ? { subject: subjects[n] as JsonObject } : {}),
          })),
        ),
    ),
  )
  .chain((groups) => fc.shuffledSubarray(groups.flat(), { minLength: groups.flat().length }));

type Values = readonly [parameter: string, modifiers: readonly (string | undefined)[], values: readonly string[]];

const prefixed = (
  values: readonly (string | number)[],
  prefixes = ["", "ne", "gt", "lt", "ge", "le", "sa", "eb"],
): string[] => values.flatMap((value) => prefixes.map((prefix) => `${prefix}${value}`));
const TOKENS = [...CODES, `${LOINC}|glu`, `${LOINC}|`, "|bp", "none"];
const NUMBER_PREFIXES = ["", "ne", "gt", "lt", "ge", "le"];
const QUANTITIES = [
  ...prefixed([5, 5.4, 500, "0.005"], NUMBER_PREFIXES),
  ...prefixed([`5|${UCUM}|g`, `5000|${UCUM}|mg`, `0.0050|${UCUM}|kg`, `5|${UCUM}|mg`], NUMBER_PREFIXES),
];
const PLAIN = [undefined, undefined, undefined];

const CRITERIA: Readonly<Record<string, readonly Values[]>> = {
  Organization: [
    ["name", [...PLAIN, "exact", "contains"], ["ward", "Ward 5", "era", "5"]],
    ["identifier", PLAIN, ["a1", "urn:s:1|a1", "|b2"]],
  ],
  Practitioner: [
    ["family", [...PLAIN, "exact", "contains"], ["oka", "ANG", "Adams", "ke"]],
    ["gender", [...PLAIN, "not"], ["female", "male"]],
  ],
  Patient: [
    ["family", [...PLAIN, "exact", "contains"], ["oka", "oneil", "O'Neil", "ang", "Å", "zhang w", "adams", "wei", "e"]],
    ["name", [...PLAIN, "exact", "contains"], ["zoe", "li", "Amara", "mar", "okafor"]],
    ["gender", [...PLAIN, "not"], ["female", "male", "other"]],
    ["birthdate", PLAIN, prefixed(DATES)],
    ["identifier", [...PLAIN, "not"], ["a1", "urn:s:1|a1", "urn:s:2|", "|b2"]],
    ["active", PLAIN, ["true", "false"]],
    ["general-practitioner", [...PLAIN, "Practitioner"], ["practitioner0", "practitioner1"]],
    ["organization", PLAIN, ["Organization/organization0", "organization1"]],
  ],
  Encounter: [
    ["status", [...PLAIN, "not"], ["planned", "finished"]],
    ["date", PLAIN, prefixed(["2024", "2024-02-29", "2023"])],
    ["subject", PLAIN, ["Patient/patient0", "patient1"]],
  ],
  Observation: [
    ["code", [...PLAIN, "not"], TOKENS],
    ["code", ["text"], ["glu", "PULSE", "heart"]],
    ["combo-code", PLAIN, TOKENS],
    ["status", PLAIN, ["final", "preliminary"]],
    ["date", PLAIN, prefixed([...TIMES.slice(0, 4), "2023", "2024-03-01"])],
    ["value-quantity", PLAIN, QUANTITIES],
    ["combo-value-quantity", PLAIN, QUANTITIES],
    ["code-value-quantity", PLAIN, [`glu$gt2`, `${LOINC}|bp$5`, `hr$le5|${UCUM}|g`]],
    ["component-code-value-quantity", PLAIN, [`glu$gt2`, `${LOINC}|bp$5`, `hr$le5|${UCUM}|g`]],
    ["subject", [...PLAIN, "Patient"], ["patient0", "patient1", "patient2"]],
    ["patient", PLAIN, ["Patient/patient0", "Patient/patient1", "patient3"]],
    ["encounter", PLAIN, ["encounter0", "Encounter/encounter1"]],
    ["performer", [...PLAIN, "Practitioner"], ["practitioner0", "practitioner1"]],
    ["has-member", PLAIN, ["observation0", "Observation/observation1"]],
  ],
  Condition: [
    ["code", [...PLAIN, "not"], TOKENS],
    ["onset-date", PLAIN, prefixed(["2024", "2024-02"])],
    ["patient", PLAIN, ["patient0", "patient1"]],
  ],
  RiskAssessment: [
    ["probability", PLAIN, prefixed(["0.5", "0.50", "1", "0.1"], NUMBER_PREFIXES)],
    ["subject", PLAIN, ["Patient/patient0"]],
  ],
  ValueSet: [
    ["url", [...PLAIN, "below", "above"], ["http://a.example/vs", "http://a.example/vs/1", "http://a.example/vs/1/2"]],
    ["date", PLAIN, prefixed(["2024", "2024-02"])],
  ],
};
const COMMON: readonly Values[] = [
  ["_id", PLAIN, ["patient0", "observation1", "observation2", "encounter0"]],
  ["_tag", [...PLAIN, "not"], ["test", "urn:tags|test"]],
];

const CHAINS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Patient: [
    ["general-practitioner", "Practitioner"],
    ["organization", "Organization"],
  ],
  Observation: [
    ["subject", "Patient"],
    ["patient", "Patient"],
    ["performer", "Practitioner"],
    ["encounter", "Encounter"],
    ["has-member", "Observation"],
  ],
  Encounter: [
    ["subject", "Patient"],
    ["practitioner", "Practitioner"],
  ],
  Condition: [
    ["patient", "Patient"],
    ["asserter", "Practitioner"],
  ],
  RiskAssessment: [["subject", "Patient"]],
  Organization: [["partof", "Organization"]],
};
const SORTS: Readonly<Record<string, readonly string[]>> = {
  Organization: ["name", "_id"],
  Practitioner: ["family", "gender"],
  Patient: ["family", "birthdate", "gender", "_id", "organization"],
  Encounter: ["date", "status"],
  Observation: ["date", "code", "value-quantity", "status", "subject", "_id"],
  Condition: ["onset-date", "code"],
  RiskAssessment: ["probability", "_id"],
  ValueSet: ["url", "date", "status"],
};

function valueCriterion(type: string): fc.Arbitrary<NaiveCriterion> {
  const specific = CRITERIA[type] ?? [];
  // Criteria of the type count more than those of all types.
  return of(...specific, ...specific, ...COMMON).chain(([parameter, modifiers, values]) =>
    fc.oneof(
      {
        weight: 8,
        arbitrary: made({
          parameter: fc.constant(parameter),
          modifier: of(...modifiers),
          values: fc.uniqueArray(of(...values), { minLength: 1, maxLength: 2 }),
        }),
      },
      {
        weight: parameter === "_id" || parameter.includes("code-value") ? 0 : 1,
        arbitrary: made({
          parameter: fc.constant(parameter),
          modifier: fc.constant("missing"),
          values: of(["true"], ["false"]),
        }),
      },
    ),
  ) as unknown as fc.Arbitrary<NaiveCriterion>;
}

function criterion(type: string, depth: number): fc.Arbitrary<NaiveCriterion> {
  const chains = depth > 0 ? (CHAINS[type] ?? []) : [];
  const pointing =
    depth > 0
      ? Object.entries(CHAINS).flatMap(([from, each]) =>
          each.flatMap(([parameter, to]) => (to === type ? [[from, parameter] as const] : [])),
        )
      : [];
  return fc.oneof(
    { weight: 6, arbitrary: valueCriterion(type) },
    ...(chains.length > 0
      ? [
          {
            weight: 2,
            arbitrary: of(...chains).chain(([chain, to]) =>
              criterion(to, depth - 1).map((inner) => ({ chain, type: to, inner })),
            ),
          },
        ]
      : []),
    ...(pointing.length > 0
      ? [
          {
            weight: 2,
            arbitrary: of(...pointing).chain(([from, has]) =>
              criterion(from, depth - 1).map((inner) => ({ has, type: from, inner })),
            ),
          },
        ]
      : []),
  );
}

function includesOf(type: string): fc.Arbitrary<NaiveInclude[]> {
  const all = Object.entries(CHAINS).flatMap(([from, chains]) =>
    chains.map(([parameter, to]) => ({ from, parameter, to })),
  );
  const fitting = all.flatMap(({ from, parameter, to }) => [
    ...(from === type ? [{ type: from, parameter, isReverse: false, isIterating: false }] : []),
    ...(to === type ? [{ type: from, parameter, isReverse: true, isIterating: false }] : []),
    ...(from === "Observation" || from === "Patient"
      ? [{ type: from, parameter, isReverse: false, isIterating: true }]
      : []),
  ]);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<NaiveInclude[]>([]) },
    { weight: 2, arbitrary: fc.uniqueArray(of(...fitting), { minLength: 1, maxLength: 4 }) },
  );
}

export const randomSearch: fc.Arbitrary<RandomSearch> = of(
  ...Object.keys(CRITERIA),
  "Observation",
  "Observation",
  "Patient",
).chain((type) =>
  fc.record({
    type: fc.constant(type),
    criteria: of(0, 1, 1, 1, 2, 2, 3).chain((length) =>
      fc.array(criterion(type, 2), { minLength: length, maxLength: length }),
    ),
    sort: fc.oneof(
      fc.constant([]),
      fc
        .uniqueArray(of(...(SORTS[type] ?? [])), { minLength: 1, maxLength: 2 })
        .chain((keys) => fc.tuple(...keys.map((key) => of(key, `-${key}`)))),
    ),
    includes: includesOf(type),
    count: maybe(fc.integer({ min: 1, max: 5 })),
  }),
);

/** As a URL below the base. */
export function urlOf({ type, criteria, sort, includes, count }: RandomSearch): string {
  const pairs = criteria.map(pairOf);
  if (sort.length > 0) pairs.push(["_sort", sort.join(",")]);
  for (const include of includes) {
    const name = `${include.isReverse ? "_revinclude" : "_include"}${include.isIterating ? ":iterate" : ""}`;
    pairs.push([name, `${include.type}:${include.parameter}`]);
  }
  if (count !== undefined) pairs.push(["_count", String(count)]);
  return `${type}?${new URLSearchParams(pairs).toString()}`;
}

function pairOf(criterion: NaiveCriterion): [string, string] {
  if ("chain" in criterion) {
    const [name, value] = pairOf(criterion.inner);
    return [`${criterion.chain}:${criterion.type}.${name}`, value];
  }
  if ("has" in criterion) {
    const [name, value] = pairOf(criterion.inner);
    return [`_has:${criterion.type}:${criterion.has}:${name}`, value];
  }
  const { parameter, modifier, values } = criterion;
  return [modifier === undefined ? parameter : `${parameter}:${modifier}`, values.join(",")];
}
