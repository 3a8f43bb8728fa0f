/** A root module as a reading: its .tf files in one folder, with the modules that lie on disk. */
import { scalar, type Value } from "../../graph/value.ts";
import { SourceText } from "../../source/source-text.ts";
import type { Reading, ReadOptions } from "../reading.ts";
import { withDefinedRoutes } from "../openapi/defined-routes.ts";
import { readHcl } from "./hcl-reader.ts";
import { evaluateHcl } from "./hcl-evaluate.ts";
import { readSyntax } from "./syntax.ts";
import { TfModule } from "./tf-module.ts";
import { toVocabulary } from "./to-vocabulary.ts";

/** Files that Terraform loads by itself, in its order. */
const VARIABLE_FILES = /(^|\/)(terraform\.tfvars|[^/]*\.auto\.tfvars)(\.json)?$/;

export function readTerraform(
  files: readonly SourceText[],
  folder: string,
  options: ReadOptions,
): Reading & { readonly region?: string } {
  const module = new TfModule(files, folder, options, inputsOf(folder, files, options));
  module.read();
  const region = module.region;
  return {
    resources: [...withDefinedRoutes(toVocabulary(module.resources)), ...module.otherRegions],
    problems: module.problems,
    ...(region === undefined ? {} : { region }),
  };
}

function inputsOf(folder: string, files: readonly SourceText[], options: ReadOptions): ReadonlyMap<string, Value> {
  const inputs = new Map<string, Value>();
  const listed = options.files.list(folder === "" ? "." : folder).filter((path) => VARIABLE_FILES.test(path));
  for (const path of listed.toSorted(
    (one, other) => Number(one.includes(".auto.tfvars")) - Number(other.includes(".auto.tfvars")),
  )) {
    const source = new SourceText(path, options.files.read(path) ?? "");
    const scope = { source, budget: { left: 10_000 }, lookup: () => undefined, readFile: () => undefined };
    for (const { name, value } of readSyntax(source).body.attributes) inputs.set(name, evaluateHcl(value, scope));
  }
  const [first] = files;
  for (const [name, value] of Object.entries(options.parameters)) {
    if (first) inputs.set(name, givenValue(value, { source: first, offset: 0 }));
  }
  return inputs;
}

/** `true`, numbers and JSON as Terraform takes them from `-var`. */
function givenValue(text: string, spot: { readonly source: SourceText; readonly offset: number }): Value {
  if (text === "true" || text === "false") return scalar(text === "true", spot);
  if (!/^\s*[[{]/.test(text)) return scalar(text, spot);
  const source = new SourceText("(given)", `value = ${text}`);
  const [attribute] = readHcl(source).body.attributes;
  const scope = { source, budget: { left: 10_000 }, lookup: () => undefined, readFile: () => undefined };
  return attribute ? { ...evaluateHcl(attribute.value, scope), spot } : scalar(text, spot);
}
