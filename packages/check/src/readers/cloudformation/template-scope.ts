/**
 * One template being read: its parameters, mappings, conditions and resource names, and the evaluation of anything in it
 * to a value. Conditions are three-valued; one that depends on itself is unknown.
 */
import { any, fail, not, pass, truth, unknown, all, type Truth } from "../../graph/truth.ts";
import {
  absent,
  choice,
  eachOption,
  joinText,
  list,
  map,
  reference,
  scalar,
  unknownValue,
  type Value,
} from "../../graph/value.ts";
import { rawAt, rawText, type RawEntry, type RawMap, type RawNode } from "../../source/raw-node.ts";
import type { ParsedText } from "../../source/parse-text.ts";
import type { SourceText, Spot } from "../../source/source-text.ts";
import { expandForEach, isForEach } from "./for-each.ts";
import { INTRINSICS } from "./intrinsics.ts";
import { parameterValues } from "./template-parameters.ts";
import { ownEntry } from "../../source/own-entry.ts";

export interface ScopeOptions {
  readonly given: ReadonlyMap<string, Value>;
  readonly region?: string;
  /** Stands before every id of this template: a nested stack's id and a slash. */
  readonly prefix: string;
  /** An output of a nested stack; undefined where the resource is none or could not be read. */
  readonly nestedOutput: (stack: string, output: string) => Value | undefined;
  /** A file beside the template that it names for inclusion; undefined where there is none on disk. */
  readonly include: (location: string) => ParsedText | undefined;
}

/** An included file may include another; one that includes itself ends here. */
const INCLUDES_MAX = 4;

const PARTITION_DEFAULTS: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
};
const PSEUDO: Readonly<Record<string, readonly [reason: string, sample: string]>> = {
  "AWS::AccountId": ["the account it is deployed to", "123456789012"],
  "AWS::NotificationARNs": ["the stack's notification topics", "arn:aws:sns:us-east-1:123456789012:stack"],
  "AWS::Region": ["the region it is deployed to", "us-east-1"],
  "AWS::StackId": ["the stack's id", "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/id"],
  "AWS::StackName": ["the stack's name", "stack"],
};

export class TemplateScope {
  readonly source: SourceText;
  readonly root: RawNode | undefined;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly options: ScopeOptions;
  readonly #conditions = new Map<string, Truth>();
  readonly #includer: TemplateScope | undefined;
  readonly #includes: number;

  /** `includer`: the template that a file is included in, whose parameters, mappings and conditions hold in it. */
  constructor(source: SourceText, root: RawNode | undefined, options: ScopeOptions, includer?: TemplateScope) {
    this.source = source;
    this.root = root;
    this.options = options;
    this.#includer = includer;
    this.#includes = includer === undefined ? 0 : includer.#includes + 1;
    this.parameters = includer?.parameters ?? parameterValues(source, rawAt(root, "Parameters"), options.given);
  }

  spotAt(offset: number): Spot {
    return { source: this.source, offset };
  }

  idOf(logicalId: string): string {
    return this.options.prefix + logicalId;
  }

  evaluate(node: RawNode, offset: number = node.offset): Value {
    const spot = this.spotAt(offset);
    if (node.kind === "scalar") return scalar(node.value, spot);
    if (node.kind === "list")
      return list(
        node.items.map((item) => this.evaluate(item)),
        spot,
      );
    const [only] = node.entries;
    if (only && node.entries.length === 1) {
      const result = this.#intrinsic(only, spot);
      if (result) return result;
    }
    return this.#plainMap(node, spot);
  }

  /** A condition by its name in the template. */
  condition(name: string): Truth {
    if (this.#includer) return this.#includer.condition(name);
    const known = this.#conditions.get(name);
    if (known) return known;
    const node = rawAt(this.root, "Conditions", name);
    if (!node) return unknown(`condition ${name}, which the template does not define`);
    this.#conditions.set(name, unknown(`condition ${name}, which depends on itself`));
    const answer = this.#test(node);
    const named = answer.outcome === "unknown" ? unknown(answer.because, this.spotAt(node.offset)) : answer;
    this.#conditions.set(name, named);
    return named;
  }

  /** A file's content where this template includes it. */
  included(location: Value): Value | undefined {
    const file = this.includedScope(location);
    return file?.scope.evaluate(file.root);
  }

  /** The same before it is evaluated, with the scope for it. */
  includedScope(location: Value): { readonly scope: TemplateScope; readonly root: RawNode } | undefined {
    if (location.kind !== "scalar" || typeof location.value !== "string") return undefined;
    if (/^[a-z0-9]+:\/\//i.test(location.value) || this.#includes >= INCLUDES_MAX) return undefined;
    const file = this.options.include(location.value);
    if (!file?.root || file.problems.length > 0) return undefined;
    return { scope: new TemplateScope(file.source, this.root, this.options, this), root: file.root };
  }

  /** The entries of a section or map, its Fn::ForEach loops unrolled. */
  entriesOf(node: RawNode | undefined): readonly RawEntry[] {
    if (node?.kind !== "map") return [];
    return node.entries.flatMap((entry) =>
      isForEach(entry.key) ? expandForEach(entry, (collection) => this.evaluate(collection)).entries : [entry],
    );
  }

  #plainMap(node: RawMap, spot: Spot): Value {
    let open: string | undefined;
    const entries: (readonly [string, Value])[] = [];
    for (const entry of node.entries) {
      if (entry.key === "Fn::Transform") {
        const put = this.#transform(entry.node, spot);
        if (put.kind === "map") entries.push(...put.entries);
        open ??= put.kind === "map" ? put.open : "what a macro puts there";
      } else if (isForEach(entry.key)) {
        const expanded = expandForEach(entry, (collection) => this.evaluate(collection));
        open ??= expanded.open;
        for (const one of expanded.entries) entries.push([one.key, this.evaluate(one.node, one.keyOffset)]);
      } else entries.push([entry.key, this.evaluate(entry.node, entry.keyOffset)]);
    }
    return map(
      entries.filter(([, value]) => value.kind !== "absent"),
      spot,
      open,
    );
  }

  #intrinsic({ key, node }: RawEntry, spot: Spot): Value | undefined {
    switch (key) {
      case "Ref":
        return this.#ref(rawText(node) ?? "", spot);
      case "Fn::GetAtt":
        return this.#getAtt(node, spot);
      case "Fn::If":
        return this.#if(node, spot);
      case "Fn::Sub":
        return this.#sub(node, spot);
      case "Fn::FindInMap":
        return this.#findInMap(node, spot);
      case "Fn::Transform":
        return this.#transform(node, spot);
      default: {
        const intrinsic = ownEntry(INTRINSICS, key);
        if (intrinsic) return intrinsic(this.evaluate(node), spot);
        if (!key.startsWith("Fn::") || isForEach(key)) return undefined;
        if (TESTS.has(key))
          return this.#testAsValue(
            { kind: "map", entries: [{ key, keyOffset: spot.offset, node }], offset: spot.offset },
            spot,
          );
        return unknownValue(`the function ${key.slice(0, 40)}, which is not known here`, spot);
      }
    }
  }

  #transform(node: RawNode, spot: Spot): Value {
    const location =
      rawText(rawAt(node, "Name")) === "AWS::Include" ? rawAt(node, "Parameters", "Location") : undefined;
    const put = location && this.included(this.evaluate(location));
    return put ?? unknownValue("what a macro puts there", spot, false);
  }

  #ref(name: string, spot: Spot): Value {
    if (name === "AWS::NoValue") return absent(spot);
    const parameter = this.parameters.get(name);
    if (parameter) return { ...parameter, spot };
    return this.#pseudo(name, spot) ?? reference(this.idOf(name), "", spot);
  }

  #pseudo(name: string, spot: Spot): Value | undefined {
    if (!name.startsWith("AWS::")) return undefined;
    const given = this.options.given.get(name);
    if (given) return { ...given, spot };
    if (name === "AWS::Region" && this.options.region !== undefined) return scalar(this.options.region, spot);
    const byDefault = ownEntry(PARTITION_DEFAULTS, name);
    if (byDefault !== undefined) return scalar(byDefault, spot);
    const [reason, sample] = ownEntry(PSEUDO, name) ?? [];
    if (reason === undefined || sample === undefined) {
      return unknownValue(`the pseudo parameter ${name.slice(0, 40)}`, spot);
    }
    return { kind: "unknown", reason, present: true, sample, spot };
  }

  #getAtt(node: RawNode, spot: Spot): Value {
    const parts = node.kind === "list" ? node.items : [node];
    const [target, ...rest] = parts.map((part) => this.evaluate(part));
    if (target?.kind !== "scalar") return unknownValue("a resource that is named at deployment", spot);
    const [name = "", ...dotted] = node.kind === "list" ? [String(target.value)] : String(target.value).split(".");
    const attribute = [...dotted, ...rest.map((one) => (one.kind === "scalar" ? String(one.value) : "?"))].join(".");
    return this.#attribute(name, attribute, spot);
  }

  #attribute(name: string, attribute: string, spot: Spot): Value {
    if (attribute.startsWith("Outputs.")) {
      const output = this.options.nestedOutput(name, attribute.slice("Outputs.".length));
      if (output) return { ...output, spot };
    }
    return reference(this.idOf(name), attribute, spot);
  }

  #if(node: RawNode, spot: Spot): Value {
    const [name, whenTrue, whenFalse] = node.kind === "list" ? node.items : [];
    if (!name || !whenTrue || !whenFalse) return unknownValue("Fn::If, which needs a condition and two values", spot);
    const test = name.kind === "scalar" ? this.condition(String(name.value)) : this.#test(name);
    if (test.outcome !== "unknown") return { ...this.evaluate(test.outcome === "pass" ? whenTrue : whenFalse), spot };
    return choice(test.because, [this.evaluate(whenTrue), this.evaluate(whenFalse)], spot);
  }

  #sub(node: RawNode, spot: Spot): Value {
    const [text, variables] = node.kind === "list" ? node.items : [node];
    const pattern = rawText(text);
    if (pattern === undefined) return unknownValue("Fn::Sub, which needs a text", spot);
    const parts = pattern.split(/\$\{([^}]*)\}/).map((piece, index): Value => {
      if (index % 2 === 0) return scalar(piece, spot);
      const name = piece.trim();
      if (name.startsWith("!")) return scalar(`\${${name.slice(1)}}`, spot);
      const variable = rawAt(variables, name);
      if (variable) return this.evaluate(variable);
      const dot = name.indexOf(".");
      return dot === -1 ? this.#ref(name, spot) : this.#attribute(name.slice(0, dot), name.slice(dot + 1), spot);
    });
    return joinText(parts, spot);
  }

  #findInMap(node: RawNode, spot: Spot): Value {
    const [name, first, second, options] = node.kind === "list" ? node.items.map((item) => this.evaluate(item)) : [];
    if (!name || !first || !second) return unknownValue("Fn::FindInMap, which needs a map and two keys", spot);
    const otherwise = options?.kind === "map" ? options.entries.get("DefaultValue") : undefined;
    return eachOption(name, (ofMap) =>
      eachOption(first, (top) =>
        eachOption(second, (under) => {
          const keys = [ofMap, top, under].map((key) => (key.kind === "scalar" ? String(key.value) : undefined));
          const found = this.#mapped(keys, spot);
          return found ?? otherwise ?? unknownValue(undecidedKey([ofMap, top, under]), spot);
        }),
      ),
    );
  }

  /** Where only the first key is open (usually the region), each of the map's own first keys is a possibility. */
  #mapped([name, top, under]: readonly (string | undefined)[], spot: Spot): Value | undefined {
    if (name === undefined || under === undefined) return undefined;
    if (top !== undefined) {
      const found = rawAt(this.root, "Mappings", name, top, under);
      return found && { ...this.evaluate(found), spot };
    }
    const options = this.entriesOf(rawAt(this.root, "Mappings", name)).map(({ node }) => rawAt(node, under));
    const known = options.filter((option) => option !== undefined).map((option) => this.evaluate(option));
    return known.length === 0 ? undefined : choice(`which entry of the mapping ${name} is meant`, known, spot);
  }

  #testAsValue(node: RawNode, spot: Spot): Value {
    const test = this.#test(node);
    return test.outcome === "unknown" ? unknownValue(test.because, spot) : scalar(test.outcome === "pass", spot);
  }

  #test(node: RawNode): Truth {
    const [entry] = node.kind === "map" ? node.entries : [];
    if (!entry) {
      const text = rawText(node);
      return text === undefined ? unknown("a condition of a form that is not known") : this.condition(text);
    }
    const parts = entry.node.kind === "list" ? entry.node.items : [entry.node];
    switch (entry.key) {
      case "Condition":
        return this.condition(rawText(entry.node) ?? "");
      case "Fn::And":
        return all(...parts.map((part) => this.#test(part)));
      case "Fn::Or":
        return any(...parts.map((part) => this.#test(part)));
      case "Fn::Not":
        return not(parts[0] ? this.#test(parts[0]) : unknown("Fn::Not, which needs a condition"));
      case "Fn::Equals":
        return equalValues(parts.map((part) => this.evaluate(part)));
      case "Fn::If":
        return asTruth(this.evaluate(node));
      default:
        return unknown(`the function ${entry.key.slice(0, 40)}, which is not known here`);
    }
  }
}

const TESTS: ReadonlySet<string> = new Set(["Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"]);

function equalValues([one, other]: readonly Value[]): Truth {
  if (!one || !other) return unknown("Fn::Equals, which needs two values");
  const answers = optionsOf(one).flatMap((first) => optionsOf(other).map((second) => equalOptions(first, second)));
  const [first] = answers;
  if (first && answers.every(({ outcome }) => outcome === first.outcome)) return first;
  const open = one.kind === "choice" ? one : other;
  return unknown(open.kind === "choice" ? open.reason : "values that are not known");
}

function optionsOf(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.options : [value];
}

function equalOptions(one: Value, other: Value): Truth {
  const nothing = ({ kind }: Value) => kind === "absent";
  if (nothing(one) || nothing(other)) return nothing(one) && nothing(other) ? pass() : fail("one of them is nothing");
  if (one.kind === "scalar" && other.kind === "scalar") {
    return truth(String(one.value) === String(other.value) ? "pass" : "fail", "they are compared");
  }
  if (one.kind === "list" && other.kind === "list" && one.items.length !== other.items.length)
    return fail("their lengths");
  const open = [one, other].find(({ kind }) => kind === "unknown");
  return unknown(open?.kind === "unknown" ? open.reason : "values that are not known before deployment");
}

function asTruth(value: Value): Truth {
  if (value.kind === "scalar") return truth(String(value.value) === "true" ? "pass" : "fail", "a condition");
  return unknown(value.kind === "unknown" || value.kind === "choice" ? value.reason : "a condition that is not known");
}

function undecidedKey(keys: readonly Value[]): string {
  const open = keys.find(({ kind }) => kind === "unknown");
  return open?.kind === "unknown" ? open.reason : "a mapping that has no such entry";
}
