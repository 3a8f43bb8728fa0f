/**
 * A CloudFormation or SAM template, and the nested stacks that lie beside it on disk, as resources of the normal form.
 * A resource whose condition is false does not exist; one whose condition is open does, and says so (`onlyIf`).
 */
import { dirname, join } from "node:path/posix";
import { Resource } from "../../graph/resource.ts";
import { absent, choice, map, unknownValue, type Choice, type MapValue, type Value } from "../../graph/value.ts";
import { rawAt, rawEntry, rawText, type RawEntry, type RawNode } from "../../source/raw-node.ts";
import { parseText, type ParsedText } from "../../source/parse-text.ts";
import type { SourceProblem, SourceText } from "../../source/source-text.ts";
import type { Reading, ReadOptions } from "../reading.ts";
import { TemplateScope } from "./template-scope.ts";
import { ownEntry } from "../../source/own-entry.ts";

/** Pseudo types for what a template has beside resources, so that rules can judge it as they judge those. */
export const TEMPLATE_TYPE = "Ward::Template";
export const PARAMETER_TYPE = "Ward::Parameter";
/** What a file or a macro that is not here puts among the resources. */
const INCLUDED_TYPE = "Ward::Included";

const NESTING_MAX = 8;
const TRANSFORM = "Fn::Transform";
const INCLUDE = "AWS::Include";
const ATTRIBUTES = [
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "DependsOn",
  "Metadata",
  "CreationPolicy",
  "UpdatePolicy",
  "AWS::CloudFormation::Authentication",
  "Connectors",
];
const NESTED: Readonly<Record<string, string>> = {
  "AWS::CloudFormation::Stack": "TemplateURL",
  "AWS::Serverless::Application": "Location",
};

const DEFINED: ReadonlySet<string> = new Set(["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"]);
const SAM_APIS: ReadonlySet<string> = new Set(["AWS::Serverless::Api", "AWS::Serverless::HttpApi"]);

export function looksLikeTemplate(root: RawNode | undefined): boolean {
  const resources = rawAt(root, "Resources");
  if (resources?.kind !== "map") return rawEntry(root, "AWSTemplateFormatVersion") !== undefined;
  if (["AWSTemplateFormatVersion", "Transform", "Parameters"].some((name) => rawEntry(root, name))) return true;
  return resources.entries.some(
    ({ key, node }) => key.startsWith("Fn::") || /^[A-Za-z0-9]+::/.test(rawText(rawAt(node, "Type")) ?? ""),
  );
}

export async function readTemplate(source: SourceText, root: RawNode, options: ReadOptions): Promise<Reading> {
  const given = new Map(
    Object.entries(options.parameters).map(([name, value]): [string, Value] => [
      name,
      { kind: "scalar", value, spot: { source, offset: 0 } },
    ]),
  );
  const reader = new TemplateReader(source, root, options, given, "", 0);
  return await reader.read();
}

class TemplateReader {
  readonly #scope: TemplateScope;
  readonly #options: ReadOptions;
  readonly #depth: number;
  readonly #nested = new Map<string, TemplateReader | undefined>();
  readonly #problems: SourceProblem[] = [];

  constructor(
    source: SourceText,
    root: RawNode,
    options: ReadOptions,
    given: ReadonlyMap<string, Value>,
    prefix: string,
    depth: number,
  ) {
    this.#options = options;
    this.#depth = depth;
    this.#scope = new TemplateScope(source, root, {
      given,
      prefix,
      nestedOutput: (stack, output) => this.#nestedOutput(stack, output),
      include: (location) => this.#include(location),
      ...(options.region === undefined ? {} : { region: options.region }),
    });
  }

  async read(): Promise<Reading> {
    const scope = this.#scope;
    const own = [...this.#entries(scope, rawAt(scope.root, "Resources")), ...this.#macros()];
    const routed = own.some(({ type }) => DEFINED.has(type))
      ? (await import("../openapi/defined-routes.ts")).withDefinedRoutes(own)
      : own;
    const resources = own.some(({ type }) => type.startsWith("AWS::Serverless::"))
      ? (await import("./sam/transform.ts")).transformSam(routed, this.#section("Globals"), scope.options.prefix)
      : routed;
    const nested: Reading[] = [];
    for (const { id, type } of own) {
      if (ownEntry(NESTED, type) === undefined) continue;
      const reader = this.#nestedReader(id.slice(scope.options.prefix.length));
      if (reader) nested.push(await reader.read());
    }
    return {
      resources: [...this.#pseudoResources(), ...resources, ...nested.flatMap((one) => one.resources)],
      problems: [...this.#problems, ...nested.flatMap((one) => one.problems)],
    };
  }

  output(name: string): Value | undefined {
    const node = rawAt(this.#scope.root, "Outputs", name, "Value");
    return node && this.#scope.evaluate(node);
  }

  #include(location: string): ParsedText | undefined {
    const file = join(dirname(this.#scope.source.file), location);
    const text = this.#options.files.read(file);
    return text === undefined ? undefined : parseText(file, text)[0];
  }

  #entries(scope: TemplateScope, section: RawNode | undefined): readonly Resource[] {
    return scope
      .entriesOf(section)
      .flatMap((entry) => (entry.key === TRANSFORM ? this.#put(entry, scope) : (this.#resource(entry, scope) ?? [])));
  }

  /** What a file or a macro puts among the resources; where that is out of reach, a resource of which nothing is known. */
  #put({ node, keyOffset }: RawEntry, scope: TemplateScope): readonly Resource[] {
    const name = rawText(rawAt(node, "Name")) ?? "";
    const location = name === INCLUDE ? rawAt(node, "Parameters", "Location") : undefined;
    const where = location && scope.evaluate(location);
    const file = where && scope.includedScope(where);
    if (file) return this.#entries(file.scope, file.root);
    const shown = where?.kind === "scalar" ? ` from ${String(where.value).slice(0, 100)}` : "";
    return [this.#closed(`what ${name.slice(0, 80) || "a macro"} puts there${shown}`, keyOffset, scope)];
  }

  /** Macros that rewrite the whole template, but for CloudFormation's own, which are understood here. */
  #macros(): readonly Resource[] {
    const scope = this.#scope;
    const entry = rawEntry(scope.root, "Transform");
    if (!entry) return [];
    const listed = entry.node.kind === "list" ? entry.node.items : [entry.node];
    return listed.flatMap((one) => {
      const name = rawText(one) ?? rawText(rawAt(one, "Name")) ?? "a macro";
      if (name.startsWith("AWS::") && name !== INCLUDE) return [];
      return [this.#closed(`what ${name.slice(0, 80)} makes of the template`, one.offset, scope)];
    });
  }

  #closed(reason: string, offset: number, scope: TemplateScope): Resource {
    const spot = scope.spotAt(offset);
    const id = scope.idOf(`(included at ${scope.source.file}:${scope.source.positionAt(offset).line})`);
    return new Resource({ id, name: "what is included", type: INCLUDED_TYPE, properties: map([], spot, reason), spot });
  }

  #resource({ key, keyOffset, node }: RawEntry, scope: TemplateScope): Resource | undefined {
    const spot = scope.spotAt(keyOffset);
    const type = rawText(rawAt(node, "Type"));
    if (type === undefined) {
      this.#problems.push({ spot, message: `resource ${key.slice(0, 80)} has no Type` });
      return undefined;
    }
    const condition = rawText(rawAt(node, "Condition"));
    const exists = condition === undefined ? undefined : scope.condition(condition);
    if (exists?.outcome === "fail") return undefined;
    const properties = this.#withDefinition(type, this.#mapOf(rawEntry(node, "Properties"), keyOffset, scope));
    const attributes = this.#attributesOf(node, keyOffset, scope);
    const cdkPath =
      this.#options.assembly?.constructOf(scope.source.file, key) ?? rawText(rawAt(node, "Metadata", "aws:cdk:path"));
    return new Resource({
      id: scope.idOf(key),
      type,
      properties,
      attributes,
      spot,
      ...(cdkPath === undefined ? {} : { name: cdkPath }),
      ...(exists?.outcome === "unknown" ? { onlyIf: exists.because } : {}),
    });
  }

  /** SAM takes an API's definition from a file as if it stood in the template. */
  #withDefinition(type: string, properties: MapValue): MapValue {
    const location = SAM_APIS.has(type) ? properties.entries.get("DefinitionUri") : undefined;
    if (!location || properties.entries.has("DefinitionBody")) return properties;
    const put =
      this.#scope.included(location) ??
      unknownValue("the definition that DefinitionUri names, which is not on disk here", location.spot);
    return { ...properties, entries: new Map([...properties.entries, ["DefinitionBody", put]]) };
  }

  #mapOf(entry: RawEntry | undefined, fallbackOffset: number, scope: TemplateScope): MapValue {
    const spot = scope.spotAt(entry?.keyOffset ?? fallbackOffset);
    const value = entry ? scope.evaluate(entry.node, entry.keyOffset) : absent(spot);
    if (value.kind === "map") return value;
    if (value.kind === "choice") return mergedOptions(value);
    return map([], spot, value.kind === "unknown" ? value.reason : undefined);
  }

  #attributesOf(node: RawNode, offset: number, scope: TemplateScope): MapValue {
    const entries = ATTRIBUTES.flatMap((name): readonly (readonly [string, Value])[] => {
      const entry = rawEntry(node, name);
      return entry ? [[name, scope.evaluate(entry.node, entry.keyOffset)]] : [];
    });
    return map(entries, scope.spotAt(offset));
  }

  #section(name: string): Value | undefined {
    const node = rawAt(this.#scope.root, name);
    return node && this.#scope.evaluate(node);
  }

  #pseudoResources(): readonly Resource[] {
    const { root, options } = this.#scope;
    const spot = this.#scope.spotAt(root?.offset ?? 0);
    const sections = ["Metadata", "Outputs", "Description"].flatMap((name) => {
      const value = this.#section(name);
      return value ? [[name, value] as const] : [];
    });
    const parameters = rawAt(root, "Parameters");
    const declared = parameters?.kind === "map" ? parameters.entries : [];
    return [
      new Resource({ id: `${options.prefix}(template)`, type: TEMPLATE_TYPE, properties: map(sections, spot), spot }),
      ...declared.map((entry) => {
        const at = this.#scope.spotAt(entry.keyOffset);
        const id = `${options.prefix}(parameter ${entry.key})`;
        return new Resource({
          id,
          name: entry.key,
          type: PARAMETER_TYPE,
          properties: this.#mapOf(entry, entry.keyOffset, this.#scope),
          spot: at,
        });
      }),
    ];
  }

  #nestedOutput(stack: string, output: string): Value | undefined {
    return this.#nestedReader(stack)?.output(output);
  }

  #nestedReader(stack: string): TemplateReader | undefined {
    if (this.#nested.has(stack)) return this.#nested.get(stack);
    // Until it is read it has no outputs: two stacks that need each other's end here.
    this.#nested.set(stack, undefined);
    const reader = this.#openNested(stack);
    this.#nested.set(stack, reader);
    return reader;
  }

  /** A CDK app uploads nested templates; the URL, of which the region may be open, ends in the asset's hash. */
  #assetOf(where: Value): string | undefined {
    const last = where.kind === "text" ? where.parts.at(-1) : where.kind === "scalar" ? where.value : undefined;
    return typeof last === "string" ? this.#options.assembly?.templateOf(last) : undefined;
  }

  #beside(where: Value): string | undefined {
    if (where.kind !== "scalar" || typeof where.value !== "string") return undefined;
    if (/^[a-z0-9]+:\/\//i.test(where.value)) return undefined;
    return join(dirname(this.#scope.source.file), where.value);
  }

  #openNested(stack: string): TemplateReader | undefined {
    const scope = this.#scope;
    const node = rawAt(scope.root, "Resources", stack);
    const path = ownEntry(NESTED, rawText(rawAt(node, "Type")) ?? "");
    const location = path === undefined ? undefined : rawAt(node, "Properties", path);
    if (!location || this.#depth >= NESTING_MAX) return undefined;
    // CDK writes a URL, and beside it where the asset lies.
    const asset = rawAt(node, "Metadata", "aws:asset:path");
    const where = scope.evaluate(asset ?? location);
    const file = this.#assetOf(where) ?? this.#beside(where);
    if (file === undefined) return undefined;
    const text = this.#options.files.read(file);
    if (text === undefined) {
      this.#problems.push({ spot: where.spot, message: `the nested stack's template ${file} can't be read` });
      return undefined;
    }
    const [document] = parseText(file, text);
    this.#problems.push(...(document?.problems ?? []));
    if (!document?.root) return undefined;
    const parameters = rawAt(node, "Properties", "Parameters");
    const given = new Map(scope.entriesOf(parameters).map((entry) => [entry.key, scope.evaluate(entry.node)] as const));
    const prefix = `${scope.idOf(stack)}/`;
    return new TemplateReader(document.source, document.root, this.#options, given, prefix, this.#depth + 1);
  }
}

/** `Properties: !If […]`: each property is one of what the options say of it. */
function mergedOptions({ options, reason, spot }: Choice): MapValue {
  const maps = options.filter((option) => option.kind === "map");
  const names = new Set(maps.flatMap(({ entries }) => [...entries.keys()]));
  const merged = [...names].map(
    (name) =>
      [
        name,
        choice(
          reason,
          maps.map(({ entries }) => entries.get(name) ?? absent(spot)),
          spot,
        ),
      ] as const,
  );
  return map(merged, spot, maps.length === options.length ? undefined : reason);
}
