/**
 * Valid resources broken in one place each: what is broken, and the FHIRPath of the element that an OperationOutcome
 * must name, or of one above it.
 */
import type { Json } from "./server.ts";

export interface Mutation {
  readonly kind: string;
  readonly resource: Json;
  /** `Observation.code.coding[0].system` */
  readonly path: string;
}

interface Place {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
  /** A copy of the whole with this value replaced; `undefined` removes it. */
  replaced(value: unknown): Json;
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Observation: ["status", "code"],
  Condition: ["subject"],
  Encounter: ["status", "class"],
  MedicationRequest: ["status", "intent", "subject"],
  Immunization: ["status", "vaccineCode", "patient"],
  Procedure: ["status", "subject"],
  DiagnosticReport: ["status", "code"],
  CarePlan: ["status", "intent", "subject"],
  Claim: ["status", "type", "use", "patient", "created", "provider", "priority", "insurance"],
  ExplanationOfBenefit: ["status", "type", "use", "patient", "created", "insurer", "provider", "outcome", "insurance"],
  DocumentReference: ["status", "content"],
  ImagingStudy: ["status", "subject"],
  AllergyIntolerance: ["patient"],
  Coverage: ["status", "beneficiary", "payor"],
  Provenance: ["target", "recorded", "agent"],
};

/** Every mutation of one resource. */
export function mutationsOf(resource: Json): readonly Mutation[] {
  const type = resource["resourceType"] as string;
  const places = placesOf(resource, type);
  const at = (kind: string, place: Place, value: unknown): Mutation => ({
    kind,
    path: place.path,
    resource: place.replaced(value),
  });
  return [
    ...places.filter(({ value }) => typeof value === "string").map((place) => at("wrong type", place, 7)),
    ...places.filter(({ value }) => typeof value === "number").map((place) => at("wrong type", place, "seven")),
    ...places.filter(({ value }) => typeof value === "boolean").map((place) => at("wrong type", place, "true")),
    ...places.filter(({ value }) => isJson(value)).map((place) => at("wrong type", place, "text")),
    ...places
      .filter(({ value }) => Array.isArray(value))
      .map((place) => at("cardinality: a list without its brackets", place, (place.value as unknown[])[0])),
    ...places
      .filter(({ value, name }) => !Array.isArray(value) && !/^\d+$/.test(name))
      .map((place) => at("cardinality: a list of one", place, [place.value])),
    ...places.filter(({ value }) => Array.isArray(value)).map((place) => at("cardinality: an empty list", place, [])),
    ...places
      .filter(({ value }) => value !== "" && typeof value === "string")
      .map((place) => at("an empty string", place, "")),
    ...places.filter(({ value }) => isJson(value)).map((place) => at("an empty object", place, {})),
    ...places
      .filter(({ value }) => isJson(value))
      .map((place) => at("an unknown member", place, { ...(place.value as Json), nonsense: "x" })),
    { kind: "an unknown member", path: type, resource: { ...resource, nonsense: "x" } },
    ...places
      .filter(
        ({ name, value }) =>
          typeof value === "string" && ["status", "gender", "use", "intent", "outcome"].includes(name),
      )
      .map((place) => at("a code outside its required binding", place, "zzz")),
    ...places
      .filter(({ name }) =>
        /^(birthDate|start|end|recorded|issued|created|effectiveDateTime|occurrenceDateTime|authoredOn|date|recordedDate|onsetDateTime|started)$/.test(
          name,
        ),
      )
      .map((place) => at("a date that does not exist", place, "2021-02-30")),
    ...places.filter(({ name }) => name === "reference").map((place) => at("a reference that is none", place, "a b c")),
    ...places
      .filter(({ name }) => name === "reference")
      .map((place) => at("a reference to a contained resource that is not there", place, "#nowhere")),
    ...places
      .filter(({ path }) => /\.(subject|patient)\.reference$/.test(path))
      .map((place) => at("a reference to a wrong type", place, "Medication/1")),
    ...(REQUIRED[type] ?? []).flatMap((name) => {
      const place = places.find(({ path }) => path === `${type}.${name}`);
      return place === undefined ? [] : [{ ...at("a required element is missing", place, undefined), path: type }];
    }),
    ...invariantsOf(resource, type, places),
  ];
}

function invariantsOf(resource: Json, type: string, places: readonly Place[]): readonly Mutation[] {
  const periods = places.filter(({ name, value }) => /[pP]eriod$/.test(name) && isJson(value));
  const broken: Mutation[] = periods.map((place) => ({
    kind: "an invariant: per-1",
    path: place.path,
    resource: place.replaced({ start: "2020-02-01", end: "2020-01-01" }),
  }));
  const own = (kind: string, more: Json, path = type): void => {
    broken.push({ kind, path, resource: { ...resource, ...more } });
  };
  own("an invariant: ext-1", {
    extension: [{ url: "http://x.example/y", valueString: "x", extension: [{ url: "z", valueString: "x" }] }],
  });
  own("a script in narrative", {
    text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>1</script></div>' },
  });
  if (type === "Observation") {
    own("an invariant: obs-6", { dataAbsentReason: { text: "unknown" }, valueString: "x", valueQuantity: undefined });
    own("two value[x]", { valueString: "x", valueInteger: 1 });
  }
  if (type === "Patient") own("an invariant: pat-1", { contact: [{ gender: "male" }] });
  return broken;
}

function placesOf(root: Json, type: string): readonly Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, path: string, replace: (value: unknown) => Json): void => {
    const children: [string, unknown, string][] = Array.isArray(value)
      ? value.map((each, index) => [String(index), each as unknown, `${path}[${index}]`])
      : isJson(value)
        ? Object.entries(value).map(([name, each]) => [name, each, `${path}.${name}`])
        : [];
    for (const [name, child, childPath] of children) {
      if (path === type && name === "resourceType") continue;
      const replaced = (changed: unknown): Json => replace(changedCopy(value, name, changed));
      if (name !== "div") places.push({ path: childPath, name, value: child, replaced });
      walk(child, childPath, replaced);
    }
  };
  walk(root, type, (value) => value as Json);
  return places;
}

function changedCopy(value: unknown, name: string, changed: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, index) => (String(index) === name ? changed : each));
  const copy = Object.fromEntries(
    Object.entries(value as Json).filter(([each]) => each !== name || changed !== undefined),
  );
  if (changed !== undefined) copy[name] = changed;
  return copy;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
