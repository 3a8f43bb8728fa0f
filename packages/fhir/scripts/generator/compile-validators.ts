/**
 * Writes each structure as one JavaScript function `(o, c)`: a switch over the members that are there, then required
 * members and constraints. What a function calls is in `src/validation/checks.ts` (`V`) and `fhirpath-operations.ts`
 * (`F`); code lists are `C`, data types `T`.
 */
import { compileCondition } from "./compile-expression.ts";
import { parseFhirpath } from "./parse-fhirpath.ts";
import {
  expand,
  jsonNames,
  type Constraint,
  type Definitions,
  type Member,
  type MemberType,
  type Structure,
} from "./read-definitions.ts";

/** What was not compiled, and what does it instead: part of the generated report. */
export interface Report {
  readonly compiled: Map<string, number>;
  readonly byHand: Map<string, string>;
  readonly openValueSets: Map<string, string>;
}

/** Checks written by hand, because FHIRPath says them badly or not at all. The generator trusts no other omission. */
const BY_HAND: Readonly<Record<string, string>> = {
  "dom-3": "V.containedUse(o, c)",
  "ref-1": "V.localReference(o, c)",
  "txt-1": "V.narrative(v, c)",
  "txt-2": "",
};
const REASONS: Readonly<Record<string, string>> = {
  "ele-1": "in each structure's function: an element has a value, or a member besides its id",
  "dom-3": "needs the types of all descendants; `containedUse` takes any text `#id` in the resource as the reference",
  "ref-1":
    "`localReference`: R4's expression refuses `#` alone, which refers to the container (FHIR R4 references §2.3.0.2)",
  "txt-1": "htmlChecks() is no FHIRPath: `narrative` reads the XHTML against R4's lists of elements and attributes",
  "txt-2": "as txt-1",
};
/** Value sets that the definitions don't enumerate, with the check that stands in. */
const OPEN_VALUE_SETS: Readonly<Record<string, readonly [check: string | undefined, reason: string]>> = {
  "http://hl7.org/fhir/ValueSet/mimetypes": ["V.isMimeType", "BCP 13 by its syntax"],
  "http://hl7.org/fhir/ValueSet/currencies": ["V.isCurrency", "ISO 4217 by its syntax"],
  "http://hl7.org/fhir/ValueSet/ucum-units": [undefined, "UCUM is a grammar; checked where units are converted"],
};

/** Whose url is where they are found. */
const OTHER_URLS: ReadonlySet<string> = new Set(["Contract", "Device", "DeviceDefinition"]);

export interface CodeLists {
  /** Identifier → codes; `system|code` where concepts are bound. */
  readonly lists: Map<string, readonly string[]>;
}

export interface Compiler {
  readonly definitions: Definitions;
  readonly report: Report;
  readonly codes: CodeLists;
  /** Constants of the file being written: source → name. */
  readonly constants: Map<string, string>;
  /** In the file of data types, they call each other without `T.`. */
  readonly isTypesFile: boolean;
}

export function functionName(key: string): string {
  return key.replaceAll(".", "_");
}

export function compileStructure(structure: Structure, compiler: Compiler): string {
  const isResource = structure.kind === "resource" && !structure.key.includes(".");
  const cases: string[] = [];
  const choices = structure.members.filter((member) => member.isChoice);
  for (const member of structure.members) {
    for (const [json, type] of jsonNames(member))
      cases.push(...compileMember(structure, member, json, type, choices.indexOf(member), compiler));
  }
  const needsCount = !isResource;
  const lines = [
    `export function ${functionName(structure.key)}(o, c) {`,
    ...choices.map((_, index) => `  let x${index} = "";`),
    ...(needsCount ? ["  let n = 0;"] : []),
    `  for (const k in o) {`,
    `    const v = o[k];`,
    ...(needsCount ? ["    n++;"] : []),
    `    switch (k) {`,
    ...(isResource ? [`      case "resourceType": break;`] : []),
    ...cases.map((each) => `      ${each}`),
    `      default: V.unknown(c);`,
    `    }`,
    `  }`,
    ...(needsCount ? ['  if (n === 0) V.broken(c, "ele-1");'] : []),
    ...structure.members.filter(({ min }) => min > 0).map((member) => requirement(member, compiler.definitions)),
    ...structure.constraints.flatMap((constraint) => compileConstraint(structure, constraint, compiler)),
    ...(structure.key === "Extension"
      ? compileConstraint(structure, { key: "ext-1", expression: "extension.exists() != value.exists()" }, compiler)
      : []),
    ...(structure.key === "Attachment" ? ["  if (o.size !== undefined) V.attachmentSize(o, c);"] : []),
    `}`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

function requirement(member: Member, definitions: Definitions): string {
  const names = jsonNames(member).flatMap(([json, type]) =>
    definitions.primitives.has(type.code) ? [json, `_${json}`] : [json],
  );
  return `  if (${names.map((name) => `o.${name} === undefined`).join(" && ")}) V.required(c, "${member.name}");`;
}

function compileConstraint(structure: Structure, constraint: Constraint, compiler: Compiler): string[] {
  const { key, expression } = constraint;
  const byHand = BY_HAND[key];
  if (byHand !== undefined) {
    compiler.report.byHand.set(key, REASONS[key] ?? "");
    if (byHand === "") return [];
    return [key.startsWith("dom-") ? `  if (o.contained !== undefined) ${byHand};` : `  ${byHand};`];
  }
  const condition = compileCondition(
    parseFhirpath(expression),
    { js: "o", types: [structure.key] },
    compiler.definitions,
  );
  compiler.report.compiled.set(key, (compiler.report.compiled.get(key) ?? 0) + 1);
  // What is about contained resources alone holds where there are none.
  const guard = /^dom-[245]$/.test(key) ? "o.contained !== undefined && " : "";
  return [`  if (${guard}!(${condition})) V.broken(c, "${key}");`];
}

function compileMember(
  structure: Structure,
  member: Member,
  json: string,
  type: MemberType,
  choice: number,
  compiler: Compiler,
): string[] {
  const { definitions } = compiler;
  const isPrimitive = definitions.primitives.has(type.code);
  const opening = choice < 0 ? "" : `x${choice} = V.choice(c, x${choice}, "${json}", "${member.name}"); `;
  const check = isPrimitive
    ? primitiveCheck(structure, member, json, type, compiler)
    : complexCheck(structure, member, type, compiler);
  const rules = member.constraints
    .map((constraint) => memberRule(structure, member, type, constraint, compiler))
    .join("");
  // An element's id, and the url of an extension, are attributes: they carry no extension themselves.
  const isAttribute =
    (member.name === "id" && structure.kind === "type") ||
    (member.name === "id" && structure.key.includes(".")) ||
    (structure.key === "Extension" && member.name === "url");
  if (member.name === "id" && isAttribute) return [`case "${json}": n--; V.elementId(v, c); break;`];
  const lines = [`case "${json}": ${opening}${check}${rules}break;`];
  if (isPrimitive && !isAttribute) {
    const several = member.max > 1 ? "siblings" : "sibling";
    const element = compiler.isTypesFile ? "Element" : "T.Element";
    lines.push(`case "_${json}": ${opening}V.${several}(v, c, "${member.name}", o.${json}, ${element}); break;`);
  }
  return lines;
}

function primitiveCheck(
  structure: Structure,
  member: Member,
  json: string,
  type: MemberType,
  compiler: Compiler,
): string {
  let test = `V.is${type.code.charAt(0).toUpperCase()}${type.code.slice(1)}`;
  let call = member.max > 1 ? "primitives" : "primitive";
  const sibling = member.max > 1 ? `, o._${json}` : "";
  if (member.name === "id" && structure.kind === "resource" && !structure.key.includes(".")) test = "V.isId";
  // "An absolute URI that is used to identify this …": of every definition that others refer to.
  const isOfResource = structure.kind === "resource" && !structure.key.includes(".");
  if (member.name === "url" && type.code === "uri" && isOfResource && !OTHER_URLS.has(structure.key))
    test = "V.isAbsoluteUri";
  if (type.code === "code" && member.valueSet) {
    const bound = codeList(member.valueSet, false, compiler);
    if (bound?.startsWith("V.")) test = bound;
    else if (bound !== undefined) {
      call = member.max > 1 ? "codes" : "code";
      test = bound;
    }
  }
  return `V.${call}(v, c, "${member.name}", ${test}${sibling}); `;
}

function complexCheck(structure: Structure, member: Member, type: MemberType, compiler: Compiler): string {
  const { name } = member;
  const isMany = member.max > 1;
  if (compiler.definitions.structures.get(type.code)?.abstract && ["Resource", "DomainResource"].includes(type.code)) {
    return `V.${isMany ? "resources" : "resource"}(v, c, "${name}"); `;
  }
  const inTypes = !type.code.includes(".") || compiler.definitions.structures.get(type.code)?.kind === "type";
  const isOwnResource = compiler.definitions.structures.get(type.code)?.kind === "resource";
  if (isOwnResource && !type.code.includes("."))
    return `V.${isMany ? "resources" : "resource"}(v, c, "${name}", "${type.code}"); `;
  const validator = (inTypes && !isOwnResource && !compiler.isTypesFile ? "T." : "") + functionName(type.code);
  if (type.targets) {
    const targets = constant(`new Set(${JSON.stringify(type.targets)})`, compiler);
    return `V.${isMany ? "references" : "reference"}(v, c, "${name}", ${validator}, ${targets}); `;
  }
  const bound =
    member.valueSet && type.code === "CodeableConcept" ? codeList(member.valueSet, true, compiler) : undefined;
  if (bound !== undefined) {
    if (isMany) throw new Error(`${name}: a list of concepts with a required binding`);
    return `V.concept(v, c, "${name}", ${validator}, ${bound}); `;
  }
  if (member.valueSet && type.code !== "CodeableConcept") throw new Error(`a ${type.code} bound to ${member.valueSet}`);
  // Within an extension, names are relative to it.
  if (type.code === "Extension" && structure.key !== "Extension")
    return `V.extensions(v, c, "${name}", ${validator}); `;
  return `V.${isMany ? "list" : "one"}(v, c, "${name}", ${validator}); `;
}

/** Where an element with a type of its own has constraints: each of its items is the focus. */
function memberRule(
  structure: Structure,
  member: Member,
  type: MemberType,
  constraint: Constraint,
  compiler: Compiler,
): string {
  if (BY_HAND[constraint.key] !== undefined) {
    compiler.report.byHand.set(constraint.key, REASONS[constraint.key] ?? "");
    return BY_HAND[constraint.key] ? `${BY_HAND[constraint.key]}; ` : "";
  }
  const condition = compileCondition(
    parseFhirpath(constraint.expression),
    { js: "f", types: [type.code] },
    compiler.definitions,
  );
  compiler.report.compiled.set(constraint.key, (compiler.report.compiled.get(constraint.key) ?? 0) + 1);
  return `V.rule(v, c, "${member.name}", "${constraint.key}", (f) => ${condition}); `;
}

/** The name of a list in `C`, of a check in `V`, or undefined where the value set is open. */
function codeList(valueSet: string, withSystem: boolean, compiler: Compiler): string | undefined {
  const url = valueSet.split("|")[0] ?? "";
  const known = OPEN_VALUE_SETS[url];
  if (known) {
    compiler.report.openValueSets.set(url, known[1]);
    return known[0];
  }
  const codes = expand(url, compiler.definitions);
  if (!codes) {
    compiler.report.openValueSets.set(url, "not in the definitions");
    return undefined;
  }
  const values = [...new Set(codes.map(([system, code]) => (withSystem ? `${system}|${code}` : code)))].sort();
  const name = url.replace(/^.*\//, "").replaceAll(/\W/g, "_") + (withSystem ? "_concepts" : "");
  const before = compiler.codes.lists.get(name);
  if (before && JSON.stringify(before) !== JSON.stringify(values)) throw new Error(`two value sets named ${name}`);
  compiler.codes.lists.set(name, values);
  return `C.${name}`;
}

export function constant(source: string, compiler: Compiler): string {
  let name = compiler.constants.get(source);
  if (name === undefined) compiler.constants.set(source, (name = `K${compiler.constants.size}`));
  return name;
}
