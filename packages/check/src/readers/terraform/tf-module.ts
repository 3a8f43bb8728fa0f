/**
 * A Terraform module on disk: its files together, with variables, locals, data, modules below it, count and for_each as
 * far as they are known. What its resources refer to is by address.
 */
import { join } from "node:path/posix";
import { Resource } from "../../graph/resource.ts";
import { absent, list, map, reference, scalar, unknownValue, type MapValue, type Value } from "../../graph/value.ts";
import { parseText } from "../../source/parse-text.ts";
import { rawAt, rawText } from "../../source/raw-node.ts";
import { SourceText, type SourceProblem, type Spot } from "../../source/source-text.ts";
import type { ReadOptions } from "../reading.ts";
import { dataValue } from "./data-values.ts";
import { evaluateHcl, pairsOf, whyOpen, withNames, type HclScope, type Resolved } from "./hcl-evaluate.ts";
import { readSyntax } from "./syntax.ts";
import { TERRAFORM_FILE } from "./terraform-file.ts";
import type { HclAttribute, HclBlock, HclBody } from "./hcl-tree.ts";
import type { TfResource } from "./tf-resource.ts";

interface TfPlace {
  readonly prefix: string;
  readonly depth: number;
  readonly budget: { left: number };
  /** Folders of the modules that `terraform init` fetched, by their names from the root: `app.vpc`. */
  readonly fetched: ReadonlyMap<string, string>;
}

interface Placed<Item> {
  readonly source: SourceText;
  readonly item: Item;
}

const MODULES_MAX = 8;
const INSTANCES_MAX = 200;
const META = new Set(["count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"]);

export class TfModule {
  readonly folder: string;
  readonly resources: TfResource[] = [];
  readonly problems: SourceProblem[] = [];
  readonly #prefix: string;
  readonly #depth: number;
  readonly #options: ReadOptions;
  readonly #inputs: ReadonlyMap<string, Value>;
  readonly #blocks: Placed<HclBlock>[] = [];
  readonly #locals = new Map<string, Placed<HclAttribute>>();
  readonly #known = new Map<string, Value>();
  readonly #children = new Map<string, TfModule | undefined>();
  readonly #budget: { left: number };
  readonly #fetched: ReadonlyMap<string, string>;

  constructor(
    files: readonly SourceText[],
    folder: string,
    options: ReadOptions,
    inputs: ReadonlyMap<string, Value>,
    place: TfPlace = { prefix: "", depth: 0, budget: { left: 100_000 }, fetched: fetchedModules(folder, options) },
  ) {
    this.folder = folder;
    this.#options = options;
    this.#inputs = inputs;
    this.#prefix = place.prefix;
    this.#depth = place.depth;
    this.#budget = place.budget;
    this.#fetched = place.fetched;
    for (const source of files) {
      const { body, problems } = readSyntax(source);
      this.problems.push(...problems);
      for (const block of body.blocks) this.#blocks.push({ source, item: block });
      for (const { item } of this.#of("locals", source)) {
        for (const attribute of item.body.attributes) this.#locals.set(attribute.name, { source, item: attribute });
      }
    }
  }

  read(): void {
    for (const { source, item } of this.#of("resource")) {
      const [type, name] = item.labels;
      if (type !== undefined && name !== undefined)
        this.#addResource(source, item, type, `${this.#prefix}${type}.${name}`);
    }
    for (const { source, item } of this.#of("module")) {
      const child = this.#child(item.labels[0] ?? "");
      if (!child) {
        this.#addClosed(source, item);
        continue;
      }
      child.read();
      this.resources.push(...child.resources);
      this.problems.push(...child.problems);
    }
  }

  output(name: string): Value | undefined {
    const found = this.#of("output").find(({ item }) => item.labels[0] === name);
    const value = found?.item.body.attributes.find((attribute) => attribute.name === "value");
    return found && value && evaluateHcl(value.value, this.#scope(found.source));
  }

  /** What `provider "aws"` says of the region. */
  get region(): string | undefined {
    for (const { source, item } of this.#of("provider")) {
      if (item.body.attributes.some(({ name }) => name === "alias")) continue;
      const region = item.body.attributes.find(({ name }) => name === "region");
      const value = region && evaluateHcl(region.value, this.#scope(source));
      if (item.labels[0] === "aws" && value?.kind === "scalar") return String(value.value);
    }
    return undefined;
  }

  /** Further providers, as resources that say nothing but their region: what names one by its alias lies there. */
  get otherRegions(): readonly Resource[] {
    return this.#of("provider").flatMap(({ source, item }) => {
      const [alias, region] = ["alias", "region"].map((wanted) =>
        item.body.attributes.find(({ name }) => name === wanted),
      );
      if (item.labels[0] !== "aws" || !alias || !region) return [];
      const named = evaluateHcl(alias.value, this.#scope(source));
      const id = `provider.aws.${named.kind === "scalar" ? String(named.value) : "alias"}`;
      const value = { ...evaluateHcl(region.value, this.#scope(source)), spot: { source, offset: region.offset } };
      const spot = { source, offset: item.offset };
      return [new Resource({ id, type: "Terraform::provider", properties: map([["Region", value]], spot), spot })];
    });
  }

  #of(type: string, source?: SourceText): readonly Placed<HclBlock>[] {
    return this.#blocks.filter((one) => one.item.type === type && (source === undefined || one.source === source));
  }

  #addResource(source: SourceText, block: HclBlock, type: string, address: string): void {
    const spot = { source, offset: block.offset };
    const scope = this.#scope(source);
    const argument = (name: string) => block.body.attributes.find((attribute) => attribute.name === name);
    const add = (suffix: string, names: ReadonlyMap<string, Value>, onlyIf?: string): void => {
      const values = this.#bodyValue(block.body, withNames(scope, names), spot, true);
      this.resources.push({
        address: address + suffix,
        type,
        values,
        spot,
        ...(onlyIf === undefined ? {} : { onlyIf }),
      });
    };
    const each = argument("for_each");
    const count = argument("count");
    if (each) {
      const collection = evaluateHcl(each.value, scope);
      const pairs = pairsOf(collection) ?? this.#instancesOf(collection);
      if (!pairs)
        return add(
          "",
          eachNames(unknownValue(whyOpen(collection), spot), unknownValue(whyOpen(collection), spot)),
          whyOpen(collection),
        );
      for (const [key, value] of pairs.slice(0, INSTANCES_MAX)) {
        // A set's items are their own keys.
        const name = collection.kind === "list" ? value : key;
        add(name.kind === "scalar" ? `["${String(name.value)}"]` : "", eachNames(name, value));
      }
    } else if (count) {
      const value = evaluateHcl(count.value, scope);
      if (value.kind !== "scalar") return add("", countNames(unknownValue(whyOpen(value), spot)), whyOpen(value));
      const instances = Math.min(Number(value.value) || 0, INSTANCES_MAX);
      for (let index = 0; index < instances; index++) add(`[${index}]`, countNames(scalar(index, spot)));
    } else add("", new Map());
  }

  /** `for_each = aws_s3_bucket.all`: the instances of a resource that itself goes over keys, by their keys. */
  #instancesOf(collection: Value): readonly (readonly [key: Value, value: Value])[] | undefined {
    if (collection.kind !== "reference" || collection.attribute !== "") return undefined;
    const { resource, spot } = collection;
    const named = this.#of("resource").find(({ item }) => `${this.#prefix}${item.labels.join(".")}` === resource);
    const each = named?.item.body.attributes.find(({ name }) => name === "for_each");
    if (!named || !each) return undefined;
    const keys = evaluateHcl(each.value, this.#scope(named.source));
    return pairsOf(keys)?.flatMap(([key, value]) => {
      const name = keys.kind === "list" ? value : key;
      if (name.kind !== "scalar") return [];
      return [[name, reference(`${resource}["${String(name.value)}"]`, "", spot)] as const];
    });
  }

  /** Arguments, and nested blocks as lists of maps, dynamic ones unrolled. */
  #bodyValue(body: HclBody, scope: HclScope, spot: Spot, isTop = false): MapValue {
    const entries = new Map<string, Value>();
    for (const { name, offset, value } of body.attributes) {
      if (isTop && META.has(name)) continue;
      const made = evaluateHcl(value, scope);
      if (made.kind === "absent" || (made.kind === "scalar" && made.value === null)) continue;
      entries.set(name, { ...made, spot: { source: scope.source, offset } });
    }
    for (const block of body.blocks) {
      if (isTop && META.has(block.type) && block.type !== "lifecycle") continue;
      const [type, items, open] =
        block.type === "dynamic" ? this.#dynamic(block, scope) : ([block.type, [block], undefined] as const);
      const before = entries.get(type);
      const made = items.map((one) =>
        "body" in one ? this.#bodyValue(one.body, scope, { source: scope.source, offset: one.offset }) : one,
      );
      const earlier = before?.kind === "list" ? before.items : [];
      const reason = open ?? (before?.kind === "list" ? before.open : undefined);
      entries.set(type, list([...earlier, ...made], { source: scope.source, offset: block.offset }, reason));
    }
    return map(entries, spot);
  }

  /** A module that is not on disk: what it is given is known, and what it makes of that is not. */
  #addClosed(source: SourceText, block: HclBlock): void {
    const [name = ""] = block.labels;
    const spot = { source, offset: block.offset };
    const where = this.#sourceOf(name);
    if (where === undefined || isLocal(where)) return;
    const values = this.#bodyValue(block.body, this.#scope(source), spot, true);
    const reason = `what the module ${where} makes, which is not on disk`;
    this.resources.push({
      address: `${this.#prefix}module.${name}`,
      type: "module",
      // A version that is not given is known not to be.
      values: map([["version", absent(spot)], ...values.entries], spot, reason),
      spot,
    });
  }

  #sourceOf(name: string): string | undefined {
    const found = this.#of("module").find(({ item }) => item.labels[0] === name);
    const argument = found?.item.body.attributes.find((attribute) => attribute.name === "source");
    const where = found && argument && evaluateHcl(argument.value, this.#scope(found.source));
    return where?.kind === "scalar" ? String(where.value) : undefined;
  }

  /** `module.app.module.vpc.` is `app.vpc` in Terraform's own list. */
  #folderOf(name: string, where: string): string | undefined {
    if (isLocal(where)) return join(this.folder, where);
    return this.#fetched.get(`${this.#prefix}module.${name}`.replaceAll(/(^|\.)module\./g, "$1"));
  }

  #dynamic(
    block: HclBlock,
    scope: HclScope,
  ): readonly [type: string, items: readonly MapValue[], open: string | undefined] {
    const type = block.labels[0] ?? "";
    const each = block.body.attributes.find(({ name }) => name === "for_each");
    const iterator = block.body.attributes.find(({ name }) => name === "iterator");
    const name = iterator?.value.kind === "name" ? iterator.value.name : type;
    const content = block.body.blocks.find((one) => one.type === "content");
    const collection = each ? evaluateHcl(each.value, scope) : undefined;
    const pairs = collection && pairsOf(collection);
    if (!content || !collection || !pairs)
      return [type, [], collection ? whyOpen(collection) : "a dynamic block without for_each"];
    const spot = { source: scope.source, offset: block.offset };
    const items = pairs.slice(0, INSTANCES_MAX).map(([key, value]) => {
      const bound = map(
        [
          ["key", collection.kind === "list" ? value : key],
          ["value", value],
        ],
        spot,
      );
      return this.#bodyValue(content.body, withNames(scope, new Map([[name, bound]])), spot);
    });
    return [type, items, undefined];
  }

  #scope(source: SourceText): HclScope {
    return {
      source,
      budget: this.#budget,
      readFile: (path) => this.#options.files.read(path),
      lookup: (path, spot) => this.#lookup(path, spot),
    };
  }

  #lookup(path: readonly string[], spot: Spot): Resolved | undefined {
    const [root = "", first = "", second = ""] = path;
    switch (root) {
      case "var":
        return { value: this.#variable(first, spot), taken: 2 };
      case "local":
        return { value: this.#local(first, spot), taken: 2 };
      case "path":
        return { value: scalar(first === "module" ? this.folder || "." : ".", spot), taken: 2 };
      case "terraform":
        return {
          value: { kind: "unknown", reason: "the workspace", present: true, sample: "default", spot },
          taken: 2,
        };
      case "module": {
        const indexed = second.startsWith("[");
        const output = indexed ? (path[3] ?? "") : second;
        const value = this.#child(first)?.output(output) ?? unknownValue(this.#whyClosed(first, output), spot);
        return { value, taken: indexed ? 4 : 3 };
      }
      case "data":
        return { value: this.#data(first, second, spot), taken: 3 };
      case "each":
      case "count":
      case "self":
        return undefined;
      default:
        return path.length < 2 ? undefined : this.#resource(path, spot);
    }
  }

  #resource([type = "", name = "", index = ""]: readonly string[], spot: Spot): Resolved {
    const base = `${this.#prefix}${type}.${name}`;
    if (!index.startsWith("[")) return { value: reference(base, "", spot), taken: 2 };
    const key = index.slice(1, -1);
    const suffix = key === "?" ? "" : /^\d+$/.test(key) ? `[${key}]` : `["${key}"]`;
    return { value: reference(base + suffix, "", spot), taken: 3 };
  }

  #variable(name: string, spot: Spot): Value {
    const given = this.#inputs.get(name);
    if (given) return { ...given, parameter: name };
    const found = this.#of("variable").find(({ item }) => item.labels[0] === name);
    const byDefault = found?.item.body.attributes.find((attribute) => attribute.name === "default");
    const reason = found ? `variable ${name}, which has no default` : `variable ${name}, which is not declared`;
    if (!found || !byDefault) return { ...unknownValue(reason, spot), parameter: name };
    return { ...evaluateHcl(byDefault.value, this.#scope(found.source)), parameter: name };
  }

  #local(name: string, spot: Spot): Value {
    const known = this.#known.get(`local.${name}`);
    if (known) return known;
    const found = this.#locals.get(name);
    if (!found) return unknownValue(`local ${name}, which is not defined`, spot);
    this.#known.set(`local.${name}`, unknownValue(`local ${name}, which depends on itself`, spot));
    const value = evaluateHcl(found.item.value, this.#scope(found.source));
    this.#known.set(`local.${name}`, value);
    return value;
  }

  #data(type: string, name: string, spot: Spot): Value {
    const key = `data.${type}.${name}`;
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, unknownValue(`${key}, which depends on itself`, spot));
    const found = this.#of("data").find(({ item }) => item.labels[0] === type && item.labels[1] === name);
    const scope = found && this.#scope(found.source);
    const at = found ? { source: found.source, offset: found.item.offset } : spot;
    const body = found && scope ? this.#bodyValue(found.item.body, scope, at) : map([], spot);
    const value = dataValue(type, name, body, this.region ?? this.#options.region, at);
    this.#known.set(key, value);
    return value;
  }

  #child(name: string): TfModule | undefined {
    if (this.#children.has(name)) return this.#children.get(name);
    this.#children.set(name, undefined);
    const child = this.#openChild(name);
    this.#children.set(name, child);
    return child;
  }

  #whyClosed(name: string, output: string): string {
    const where = this.#sourceOf(name);
    const rest = where === undefined || isLocal(where) ? "" : `, whose source ${where.slice(0, 100)} is not on disk`;
    return `what module ${name} gives as ${output}${rest}`;
  }

  #openChild(name: string): TfModule | undefined {
    const found = this.#of("module").find(({ item }) => item.labels[0] === name);
    const sourceArgument = found?.item.body.attributes.find((attribute) => attribute.name === "source");
    if (!found || !sourceArgument || this.#depth >= MODULES_MAX) return undefined;
    const scope = this.#scope(found.source);
    const where = evaluateHcl(sourceArgument.value, scope);
    if (where.kind !== "scalar") return undefined;
    const folder = this.#folderOf(name, String(where.value));
    if (folder === undefined) return undefined;
    const files = moduleFiles(folder, this.#options);
    if (files.length === 0) {
      if (!isLocal(String(where.value))) return undefined;
      const spot = { source: found.source, offset: sourceArgument.offset };
      this.problems.push({ spot, message: `the module ${String(where.value)} has no .tf files that can be read` });
      return undefined;
    }
    const loop = found.item.body.attributes.find(
      (attribute) => attribute.name === "for_each" || attribute.name === "count",
    );
    const names = loop ? loopNames({ source: found.source, offset: loop.offset }) : new Map<string, Value>();
    const inner = withNames(scope, names);
    const inputs = new Map(
      found.item.body.attributes
        .filter((attribute) => !["source", "version", "providers", ...META].includes(attribute.name))
        .map((attribute) => [attribute.name, evaluateHcl(attribute.value, inner)] as const)
        .filter(([, value]) => value.kind !== "absent"),
    );
    const place = {
      prefix: `${this.#prefix}module.${name}.`,
      depth: this.#depth + 1,
      budget: this.#budget,
      fetched: this.#fetched,
    };
    return new TfModule(files, folder, this.#options, inputs, place);
  }
}

function isLocal(source: string): boolean {
  return /^\.\.?\//.test(`${source}/`);
}

/** What `terraform init` wrote down of the modules that it fetched beside the root. */
function fetchedModules(folder: string, { files }: ReadOptions): ReadonlyMap<string, string> {
  const text = files.read(join(folder, ".terraform/modules/modules.json"));
  if (text === undefined) return new Map();
  const [document] = parseText("modules.json", text);
  const listed = document && rawAt(document.root, "Modules");
  return new Map(
    (listed?.kind === "list" ? listed.items : []).flatMap((item) => {
      const [key, dir] = ["Key", "Dir"].map((name) => rawText(rawAt(item, name)));
      return key === undefined || key === "" || dir === undefined ? [] : [[key, join(folder, dir)] as const];
    }),
  );
}

function moduleFiles(folder: string, { files }: ReadOptions): readonly SourceText[] {
  return files
    .list(folder === "" ? "." : folder)
    .filter((path) => TERRAFORM_FILE.test(path))
    .flatMap((path) => {
      const text = files.read(path);
      return text === undefined ? [] : [new SourceText(path, text)];
    });
}

function eachNames(key: Value, value: Value): ReadonlyMap<string, Value> {
  return new Map([
    [
      "each",
      map(
        [
          ["key", key],
          ["value", value],
        ],
        key.spot,
      ),
    ],
  ]);
}

function countNames(index: Value): ReadonlyMap<string, Value> {
  return new Map([["count", map([["index", index]], index.spot)]]);
}

/** A module that is made several times is read once; which of them is meant stays open. */
function loopNames(spot: Spot): ReadonlyMap<string, Value> {
  const open = unknownValue("which instance of the module is meant", spot);
  return new Map([...eachNames(open, open), ...countNames(open)]);
}
