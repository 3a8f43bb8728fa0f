/**
 * A Ward app as resources, without running its code: `Ward::App` (ward.config.ts), `Ward::Function` (each file of
 * functions/ that a node loads), `Ward::Policy` (each Cedar policy), `Ward::Agreement` (compliance/baas), `Ward::Vendor`
 * (compliance/vendors.yaml), `Ward::Script` (scripts of package.json that start a node). Their properties have the names that authors write. What the node refuses
 * when it loads the app is judged here with the same parsers, before.
 */
import { basename, dirname, join } from "node:path/posix";
import { parseSync } from "oxc-parser";
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeProject, CodeValue } from "../../code/contract.ts";
import { plainValueAt } from "../../graph/plain-value.ts";
import { Resource } from "../../graph/resource.ts";
import { absent, list, map, scalar, type MapValue, type Value } from "../../graph/value.ts";
import { parseText } from "../../source/parse-text.ts";
import { rawAt, rawText } from "../../source/raw-node.ts";
import { SourceText, type SourceProblem } from "../../source/source-text.ts";
import type { FileReader, Reading } from "../reading.ts";
import { readCedar, type CedarPolicy, type CedarScope } from "./cedar-syntax.ts";
import { codeToValue, definitionOf, reasonOf } from "./code-to-value.ts";

export const APP_CONFIG = "ward.config.ts";

const FUNCTION_FILE = /\.ts$/;
const NO_FUNCTION = /\.(test|d)\.ts$/;
/** Looks like a function, and a node loads only `functions/*.ts`. */
const STRAY_FILE = /\.(m|c)?jsx?$|\.(m|c)ts$|\.tsx$/;

/** `file`: the app's ward.config.ts. */
export async function readApp(file: string, files: FileReader): Promise<Reading> {
  const folder = dirname(file);
  const project = await codeProjectOf(files);
  const parts: Reading[] = [readConfig(file, files, project), ...readFunctions(folder, files, project)];
  for (const path of named(files.list(join(folder, "policies")), /\.cedar$/)) parts.push(readPolicies(path, files));
  for (const path of named(files.list(join(folder, "compliance", "baas")), /\.ya?ml$/)) {
    parts.push(readAgreement(path, files));
  }
  parts.push(readVendors(join(folder, "compliance", "vendors.yaml"), files));
  parts.push(readScripts(join(folder, "package.json"), files));
  return {
    resources: parts.flatMap(({ resources }) => resources),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Files of the app's functions, as a node loads them. */
export function functionFiles(folder: string, files: FileReader): readonly string[] {
  return named(files.list(join(folder, "functions")), FUNCTION_FILE).filter((path) => !NO_FUNCTION.test(path));
}

export function functionName(file: string): string {
  return basename(file).replace(/\.[^.]+$/, "");
}

function readConfig(file: string, files: FileReader, project: CodeProject): Reading {
  const exported = project.evaluate(file, "default");
  const definition = definitionOf(exported, "defineConfig");
  const spot = definition?.spot ?? exported.spot;
  const properties = propertiesOf(definition ?? exported);
  const name = properties.entries.get("name");
  const called = name?.kind === "scalar" ? String(name.value) : basename(dirname(file));
  return {
    resources: [new Resource({ id: "app", name: called, type: "Ward::App", properties, spot })],
    problems: missingExport(file, files, exported, "defineConfig"),
  };
}

function* readFunctions(folder: string, files: FileReader, project: CodeProject): Generator<Reading> {
  for (const file of functionFiles(folder, files)) {
    const exported = project.evaluate(file, "default");
    const problems = missingExport(file, files, exported, "defineFunction");
    if (problems.length > 0) {
      yield { resources: [], problems };
      continue;
    }
    const definition = definitionOf(exported, "defineFunction");
    const resource = new Resource({
      id: `functions/${functionName(file)}`,
      name: functionName(file),
      type: "Ward::Function",
      properties: propertiesOf(definition ?? exported),
      spot: definition?.spot ?? exported.spot,
    });
    yield { resources: [resource], problems };
  }
  for (const file of named(files.list(join(folder, "functions")), STRAY_FILE)) {
    const text = files.read(file);
    if (text === undefined || !text.includes("defineFunction")) continue;
    const spot = { source: new SourceText(file, text), offset: Math.max(0, text.indexOf("defineFunction(")) };
    const properties = map([["file", scalar(basename(file), spot)]], spot);
    yield {
      resources: [new Resource({ id: `functions/${basename(file)}`, type: "Ward::StrayFile", properties, spot })],
      problems: [],
    };
  }
}

/** A definition that the code leaves open is a map of which nothing is known yet, so that every question says why. */
function propertiesOf(definition: CodeValue): MapValue {
  const value = codeToValue(definition);
  return value.kind === "map" ? value : map([], definition.spot, reasonOf(definition));
}

function missingExport(
  file: string,
  files: FileReader,
  exported: CodeValue,
  definer: "defineFunction" | "defineConfig",
): readonly SourceProblem[] {
  const text = files.read(file);
  const broken = text === undefined ? undefined : syntaxError(file, text);
  if (broken) return [broken];
  const isNothing = exported.kind === "literal" || exported.kind === "function" || exported.kind === "class";
  const hasDefault = text !== undefined && /\bexport\s+default\b|\bas\s+default\b|\bdefault\s*[,}]/.test(text);
  if (!isNothing && hasDefault) return [];
  return [{ spot: exported.spot, message: `\`export default ${definer}({ … })\` was expected` }];
}

function syntaxError(file: string, text: string): SourceProblem | undefined {
  const [error] = parseSync(file, text).errors;
  if (!error) return undefined;
  const spot = { source: new SourceText(file, text), offset: error.labels[0]?.start ?? 0 };
  return { spot, message: error.message };
}

function readPolicies(file: string, files: FileReader): Reading {
  const { policies, problems } = readCedar(new SourceText(file, files.read(file) ?? ""));
  return { resources: policies.map((policy, index) => policyResource(file, policy, index)), problems };
}

function policyResource(file: string, policy: CedarPolicy, index: number): Resource {
  const { spot, id, effect, conditions } = policy;
  const name = id ?? `${basename(file)}:${index + 1}`;
  const properties = map(
    [
      ["id", id === undefined ? absent(spot) : scalar(id, spot)],
      ["effect", scalar(effect, spot)],
      ["principal", scopeValue(policy.principal)],
      ["action", scopeValue(policy.action)],
      ["resource", scopeValue(policy.resource)],
      [
        "conditions",
        list(
          conditions.map(({ kind, text, spot: at }) =>
            map(
              [
                ["kind", scalar(kind, at)],
                ["text", scalar(text, at)],
              ],
              at,
            ),
          ),
          spot,
        ),
      ],
    ],
    spot,
  );
  return new Resource({ id: `policies/${basename(file)}/${name}`, name, type: "Ward::Policy", properties, spot });
}

/** Absent where anything is meant. */
function scopeValue({ entities, type, spot }: CedarScope): Value {
  if (entities.length === 0) return type === undefined ? absent(spot) : list([scalar(`any ${type}`, spot)], spot);
  return list(
    entities.map((entity) => scalar(`${entity.type}::${entity.id}`, entity.spot)),
    spot,
  );
}

function readAgreement(file: string, files: FileReader): Reading {
  const [document] = parseText(file, files.read(file) ?? "");
  const root = document?.root;
  if (!document || !root) return { resources: [], problems: document?.problems ?? [] };
  const value = plainValueAt(root, document.source);
  const spot = { source: document.source, offset: root.offset };
  const name = functionName(file);
  const properties = value.kind === "map" ? value : map([], spot);
  return {
    resources: [new Resource({ id: `baas/${name}`, name, type: "Ward::Agreement", properties, spot })],
    problems: document.problems,
  };
}

function readVendors(file: string, files: FileReader): Reading {
  const text = files.read(file);
  const [document] = text === undefined ? [] : parseText(file, text);
  if (document?.root?.kind !== "list") return { resources: [], problems: document?.problems ?? [] };
  const { source } = document;
  const resources = document.root.items.map((item, index) => {
    const value = plainValueAt(item, source);
    const spot = { source, offset: item.offset };
    const name = rawText(rawAt(item, "name")) ?? `vendor ${index + 1}`;
    const properties = value.kind === "map" ? value : map([], spot);
    return new Resource({ id: `vendors/${index + 1}`, name, type: "Ward::Vendor", properties, spot });
  });
  return { resources, problems: document.problems };
}

function readScripts(file: string, files: FileReader): Reading {
  const text = files.read(file);
  const [document] = text === undefined ? [] : parseText(file, text);
  const scripts = document && rawAt(document.root, "scripts");
  if (!document || scripts?.kind !== "map") return { resources: [], problems: [] };
  const resources = scripts.entries.flatMap(({ key, keyOffset, node }) => {
    const command = rawText(node);
    if (command === undefined || !/\bward(-node)?\s+(start|dev)\b/.test(command)) return [];
    const spot = { source: document.source, offset: keyOffset };
    const properties = map([["command", scalar(command, spot)]], spot);
    return [new Resource({ id: `scripts/${key}`, name: key, type: "Ward::Script", properties, spot })];
  });
  return { resources, problems: [] };
}

function named(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.filter((path) => pattern.test(path));
}
