/**
 * Writes, for each resource type, `extractors`: by the name of each R4 search parameter of the type, a JavaScript function
 * `(r, out)` that pushes its values. Expressions become nested loops over the members they name; what is done with a value depends
 * on the parameter's and the value's type (FHIR R4 search §3.1.1.5), in `src/extraction/search-value.ts` (`S`).
 */
import { compileCondition, memberOf } from "./compile-expression.ts";
import { parseFhirpath, type Ast } from "./parse-fhirpath.ts";
import type { Json } from "./json.ts";
import { expand, jsonNames, type Definitions, type Member, type MemberType } from "./read-definitions.ts";

export interface ExtractorReport {
  /** Parameters without expression: not found by their values (`_text`, `_content`, `_query`). */
  readonly withoutExpression: Set<string>;
  count: number;
}

/** Parameter type → FHIR type → function of `S`. A pair that is not here can't be searched in R4. */
const SINKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  token: {
    CodeableConcept: "concept",
    Coding: "coding",
    Identifier: "identifier",
    ContactPoint: "contact",
    ...Object.fromEntries(["code", "string", "id", "uri", "canonical", "oid", "uuid"].map((type) => [type, "code"])),
    boolean: "boolean",
  },
  string: {
    ...Object.fromEntries(["string", "markdown", "code", "uri", "canonical"].map((type) => [type, "text"])),
    HumanName: "name",
    Address: "address",
  },
  reference: {
    Reference: "reference",
    Resource: "resourceReference",
    ...Object.fromEntries(["canonical", "uri", "url", "oid", "uuid"].map((type) => [type, "canonical"])),
  },
  date: {
    ...Object.fromEntries(["date", "dateTime", "instant"].map((type) => [type, "date"])),
    Period: "period",
    Timing: "timing",
  },
  quantity: {
    ...Object.fromEntries(
      ["Quantity", "SimpleQuantity", "MoneyQuantity", "Age", "Count", "Distance", "Duration"].map((type) => [
        type,
        "quantity",
      ]),
    ),
    Money: "money",
    Range: "range",
    SampledData: "sampledData",
  },
  number: {
    ...Object.fromEntries(["decimal", "integer", "positiveInt", "unsignedInt"].map((type) => [type, "number"])),
    Range: "numberRange",
  },
  uri: Object.fromEntries(["uri", "url", "canonical", "oid", "uuid"].map((type) => [type, "uri"])),
  special: { "Location.position": "position" },
};

interface Context {
  readonly definitions: Definitions;
  readonly type: string;
}

type Step =
  | { readonly kind: "member"; readonly name: string; readonly narrow?: string }
  | { readonly kind: "filter"; readonly by: Ast }
  | { readonly kind: "index"; readonly at: number };

export function parametersOf(type: string, definitions: Definitions): Json[] {
  const isDomain = definitions.structures.get(type)?.members.some(({ name }) => name === "contained");
  const bases = new Set([type, "Resource", ...(isDomain ? ["DomainResource"] : [])]);
  return definitions.searchParameters
    .filter((each) => (each["base"] as string[]).some((base) => bases.has(base)))
    .sort((a, b) => (a["code"] < b["code"] ? -1 : a["code"] > b["code"] ? 1 : 0));
}

export function compileExtractor(type: string, definitions: Definitions, report: ExtractorReport): string {
  const context = { definitions, type };
  const lines: string[] = [];
  for (const parameter of parametersOf(type, definitions)) {
    if (!parameter["expression"]) {
      report.withoutExpression.add(parameter["code"]);
      continue;
    }
    report.count++;
    const code = JSON.stringify(parameter["code"]);
    lines.push(`${code}: (r, out) => {`, ...compileParameter(parameter, context).map((line) => `  ${line}`), `},`);
  }
  return [`export const extractors = {`, ...lines.map((line) => `  ${line}`), `};`].join("\n");
}

function compileParameter(parameter: Json, context: Context): string[] {
  const code = parameter["code"] as string;
  const ast = parseFhirpath(parameter["expression"]);
  if (parameter["type"] === "composite") return compileComposite(parameter, ast, context);
  const focus = { js: "r", types: [context.type] };
  const sink = (js: string, type: string, member: Member | undefined): string[] | undefined =>
    pushValue("out", code, parameter["type"], js, type, member, context);
  return branchesOf(ast).flatMap((branch) => compileBranch(branch, focus, sink, context, `${context.type}.${code}`));
}

/** Whether a resource has at most one value of the parameter: its path meets no list, and no other path. */
export function yieldsOne(parameter: Json, type: string, definitions: Definitions): boolean {
  const context = { definitions, type };
  const branches = branchesOf(parseFhirpath(parameter["expression"])).flatMap((branch) => {
    if (branch.kind === "binary") return [];
    return stepsOf(branch, type, context) ?? [];
  });
  const [only] = branches;
  if (!only || branches.length > 1) return false;
  let types: readonly string[] = [type];
  for (const step of only.steps) {
    if (step.kind !== "member") continue;
    const members = types.flatMap((each) => memberOf(each, step.name, definitions) ?? []);
    if (members.some(({ max }) => max > 1)) return false;
    types = members.flatMap((member) => member.types.map(({ code }) => code));
  }
  return true;
}

type Sink = (js: string, type: string, member: Member | undefined) => string[] | undefined;

/** One alternative of a union: nothing where it starts at another resource type. */
function compileBranch(
  branch: Ast,
  focus: { js: string; types: string[] },
  sink: Sink,
  context: Context,
  what: string,
): string[] {
  if (branch.kind === "binary") {
    const lines = sink(`(${compileCondition(branch, focus, context.definitions)})`, "boolean", undefined);
    return lines ?? [];
  }
  const steps = stepsOf(branch, focus.types[0] as string, context);
  if (!steps) return [];
  const lines = emit(
    steps.steps,
    steps.fromRoot ? "r" : focus.js,
    steps.fromRoot ? context.type : (focus.types[0] as string),
    undefined,
    sink,
    context,
    0,
  );
  if (lines.length === 0) throw new Error(`${what}: nothing of it can be searched`);
  return lines;
}

function branchesOf(ast: Ast): Ast[] {
  return ast.kind === "binary" && ast.operator === "|" ? [...branchesOf(ast.left), ...branchesOf(ast.right)] : [ast];
}

/** Undefined where the path is another type's. */
function stepsOf(ast: Ast, focusType: string, context: Context): { steps: Step[]; fromRoot: boolean } | undefined {
  const steps: Step[] = [];
  let at: Ast | undefined = ast;
  let narrow: string | undefined;
  while (at) {
    if (at.kind === "this") return { steps: steps.reverse(), fromRoot: false };
    if (at.kind === "variable" && at.name === "resource") return { steps: steps.reverse(), fromRoot: true };
    if (at.kind === "member") {
      if (!at.of && /^[A-Z]/.test(at.name)) {
        const isOwn = [context.type, "Resource", "DomainResource"].includes(at.name);
        return isOwn ? { steps: steps.reverse(), fromRoot: true } : undefined;
      }
      steps.push({ kind: "member", name: at.name, ...(narrow === undefined ? {} : { narrow }) });
      narrow = undefined;
      if (!at.of)
        return memberOf(focusType, at.name, context.definitions)
          ? { steps: steps.reverse(), fromRoot: false }
          : undefined;
      at = at.of;
    } else if (at.kind === "type" && at.operator === "as") {
      narrow = at.type;
      at = at.of;
    } else if (at.kind === "index" && at.at.kind === "literal") {
      steps.push({ kind: "index", at: Number(at.at.value) });
      at = at.of;
    } else if (at.kind === "call" && (at.name === "ofType" || at.name === "as") && at.args[0]?.kind === "member") {
      narrow = at.args[0].name;
      at = at.of;
    } else if (at.kind === "call" && at.name === "where" && at.args[0]) {
      steps.push({ kind: "filter", by: at.args[0] });
      at = at.of;
    } else throw new Error(`cannot extract by ${JSON.stringify(at)}`);
  }
  throw new Error("a path that starts nowhere");
}

function emit(
  steps: readonly Step[],
  js: string,
  type: string,
  member: Member | undefined,
  sink: Sink,
  context: Context,
  depth: number,
): string[] {
  const [step, ...rest] = steps;
  if (!step) return sink(js, type, member) ?? [];
  const value = `v${depth}`;
  if (step.kind === "filter") {
    const inner = emit(rest, js, type, member, sink, context, depth);
    return inner.length === 0 ? [] : [`if (${filterOf(step.by, js, type, context)}) {`, ...inner, `}`];
  }
  if (step.kind === "index") throw new Error("an index that follows no member");
  const found = memberOf(type, step.name, context.definitions);
  if (!found) throw new Error(`${type} has no ${step.name}`);
  const next = rest[0];
  const at = next?.kind === "index" ? next.at : undefined;
  const following = at === undefined ? rest : rest.slice(1);
  const lines: string[] = [];
  for (const [json, memberType] of jsonNames(found)) {
    if (step.narrow !== undefined && memberType.code !== step.narrow) continue;
    // A path goes on only in the types that have its next member.
    const [goesOn] = following;
    if (goesOn?.kind === "member" && !memberOf(memberType.code, goesOn.name, context.definitions)) continue;
    const inner = emit(following, value, memberType.code, found, sink, context, depth + 1);
    if (inner.length === 0) continue;
    lines.push(...loop(found, memberType, js, json, at, value, inner, context));
  }
  return lines;
}

function loop(
  member: Member,
  type: MemberType,
  js: string,
  json: string,
  at: number | undefined,
  value: string,
  inner: readonly string[],
  context: Context,
): string[] {
  if (member.max <= 1)
    return [`{`, `  const ${value} = ${js}.${json};`, `  if (${value} !== undefined) {`, ...inner, `  }`, `}`];
  if (at !== undefined)
    return [`{`, `  const ${value} = ${js}.${json}?.[${at}];`, `  if (${value} !== undefined) {`, ...inner, `  }`, `}`];
  const isPrimitive = context.definitions.primitives.has(type.code);
  // A null stands for a primitive that has extensions alone.
  const body = isPrimitive ? [`  if (${value} !== null) {`, ...inner, `  }`] : inner;
  return [`if (${js}.${json} !== undefined) for (const ${value} of ${js}.${json}) {`, ...body, `}`];
}

function filterOf(by: Ast, js: string, type: string, context: Context): string {
  if (by.kind === "type" && by.operator === "is" && by.of.kind === "call" && by.of.name === "resolve") {
    return `S.refersTo(${js}, ${JSON.stringify(by.type)}, r)`;
  }
  return compileCondition(by, { js, types: [type] }, context.definitions);
}

function pushValue(
  out: string,
  code: string,
  kind: string,
  js: string,
  type: string,
  member: Member | undefined,
  context: Context,
): string[] | undefined {
  const fhirType =
    context.definitions.structures.get(type)?.kind === "resource" && !type.includes(".") ? "Resource" : type;
  // R4 calls the type of Resource.id a string.
  const sink = code === "_id" ? "id" : SINKS[kind]?.[fhirType];
  if (sink === undefined) return undefined;
  const system =
    kind === "token" && type === "code" && member?.valueSet ? systemOf(member.valueSet, context) : undefined;
  return [
    `S.${sink}(${out}, ${JSON.stringify(code)}, ${js}${system === undefined ? "" : `, ${JSON.stringify(system)}`});`,
  ];
}

/** A bare code's system, where its binding leaves no choice (FHIR R4 search §3.1.1.5.10). */
function systemOf(valueSet: string, context: Context): string | undefined {
  const codes = expand(valueSet, context.definitions) ?? [];
  const systems = new Set(codes.length > 0 ? codes.map(([system]) => system) : systemsNamed(valueSet, context));
  return systems.size === 1 ? [...systems][0] : undefined;
}

/** Of a value set that takes whole systems whose codes nobody lists, such as all MIME types. */
function systemsNamed(valueSet: string, { definitions }: Context): string[] {
  const compose = definitions.valueSets.get(valueSet.split("|")[0] ?? "")?.["compose"];
  const parts = (compose?.["include"] ?? []) as Json[];
  return parts.every((part) => typeof part["system"] === "string" && !part["valueSet"])
    ? parts.map((part) => part["system"] as string)
    : [];
}

function compileComposite(parameter: Json, ast: Ast, context: Context): string[] {
  const code = parameter["code"] as string;
  const components = (parameter["component"] as Json[]).map((component) => {
    const definition = context.definitions.searchParameters.find((each) => each["url"] === component["definition"]);
    if (!definition) throw new Error(`${context.type}.${code}: no ${component["definition"]}`);
    return { kind: definition["type"] as string, ast: parseFhirpath(component["expression"]) };
  });
  const sink: Sink = (js, type) => {
    const names = components.map((_, index) => `c${index}`);
    const parts = components.flatMap((component, index) => {
      const into: Sink = (inner, innerType, member) =>
        pushValue(names[index] as string, code, component.kind, inner, innerType, member, context);
      const focus = { js: "item", types: [type] };
      return branchesOf(component.ast).flatMap((branch) =>
        compileBranch(branch, focus, into, context, `${context.type}.${code}`),
      );
    });
    return [
      `{`,
      `  const item = ${js}, ${names.map((name) => `${name} = []`).join(", ")};`,
      ...parts.map((line) => `  ${line}`),
      `  S.composite(out, ${JSON.stringify(code)}, ${names.join(", ")});`,
      `}`,
    ];
  };
  return branchesOf(ast).flatMap((branch) =>
    compileBranch(branch, { js: "r", types: [context.type] }, sink, context, `${context.type}.${code}`),
  );
}
