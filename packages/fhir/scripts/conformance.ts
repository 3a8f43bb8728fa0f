/**
 * Validates every JSON file of a folder (resources, or Bundles of them) and extracts its search values:
 * `node packages/fhir/scripts/conformance.ts <dir>`. Prints each file that is refused with its issues, and counts.
 * Exits 1 where a file was refused that is not in the folder-independent list of examples known to be invalid.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { extractSearchValues } from "../src/extraction/extract.ts";
import { isObject, type JsonObject } from "../src/json.ts";
import { checkResource } from "../src/validation/check-resource.ts";

/** Official examples that break R4 themselves: `<Type>/<id>` → why. */
const KNOWN_INVALID: Readonly<Record<string, string>> = {
  "ActivityDefinition/blood-tubes-supply": "its narrative is empty (txt-2)",
  "ActivityDefinition/heart-valve-replacement": "its narrative is empty (txt-2)",
  "EventDefinition/example": "its narrative is empty (txt-2)",
  "Questionnaire/zika-virus-exposure-assessment": "its narrative is empty (txt-2)",
  "DeviceMetric/example": "parent refers to a DeviceDefinition, R4 allows Device",
  "DeviceUseStatement/example": "reasonReference refers to a Procedure, which R4 does not list",
  "MedicationRequest/medrx0301": "dispenseRequest.performer refers to a Practitioner, R4 allows Organization",
  "Observation/clinical-gender": "performer refers to an Encounter, which R4 does not list",
  "Questionnaire/qs1": "items without the required linkId",
};

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node packages/fhir/scripts/conformance.ts <dir>");
  process.exit(2);
}

let [valid, known, refused, values] = [0, 0, 0, 0];
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json"))
  .sort();
for (const file of files) {
  const resource = JSON.parse(readFileSync(join(folder, file), "utf8")) as JsonObject;
  if (typeof resource["resourceType"] !== "string") continue;
  const issues = checkResource(resource);
  if (issues.length === 0) {
    valid++;
    for (const each of resourcesIn(resource)) values += extractSearchValues(each).length;
    continue;
  }
  const { resourceType, id } = resource;
  const reason = typeof id === "string" ? KNOWN_INVALID[`${resourceType}/${id}`] : undefined;
  if (reason === undefined) refused++;
  else known++;
  console.log(`${file}: ${reason === undefined ? "REFUSED" : `invalid, as known: ${reason}`}`);
  for (const issue of issues) console.log(`  ${issue.path}: ${issue.rule}`);
}
console.log(`${valid} valid, ${known} known to be invalid, ${refused} refused; ${values} search values`);
process.exit(refused === 0 ? 0 : 1);

function resourcesIn(resource: JsonObject): JsonObject[] {
  const entries = resource["resourceType"] === "Bundle" && Array.isArray(resource["entry"]) ? resource["entry"] : [];
  const inner = entries.map((entry) => (isObject(entry) ? entry["resource"] : undefined));
  return [resource, ...inner.filter((each) => each !== undefined).filter(isObject)];
}
