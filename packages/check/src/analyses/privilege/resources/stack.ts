/**
 * The names and ARNs of a graph's resources as symbols, and back: a symbol says which resource it names. Where a resource
 * has a name of its own in the template, that is what its symbol holds, so that code which says the name means the same.
 */
import type { Graph } from "../../../graph/graph.ts";
import { physicalNameValue } from "../../../graph/physical-names.ts";
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import type { Reference, Unknown, Value } from "../../../graph/value.ts";
import { namedType, saidBy } from "./resource-types.ts";
import { ACCOUNT, openSymbol, REGION } from "./symbol.ts";

const DEPLOYMENT: Readonly<Record<string, string>> = {
  "the region it is deployed to": REGION,
  "the account it is deployed to": ACCOUNT,
  "the stack's name": "${AWS::StackName}",
};

/** `the export NAME of another stack`, as the reader of templates says it. */
const EXPORT = /^the export (.+) of another stack$/;

export class Stack {
  readonly graph: Graph;
  readonly #others: () => readonly Stack[];
  readonly #arns = new Map<Resource, string>();
  readonly #names = new Map<string, string>();
  #byArn: ReadonlyMap<string, Resource> | undefined;

  #exports: ReadonlyMap<string, Value> | undefined;

  constructor(graph: Graph, others: () => readonly Stack[] = () => []) {
    this.graph = graph;
    this.#others = others;
  }

  /** Other stacks that are read with this one. */
  get others(): readonly Stack[] {
    return this.#others();
  }

  /** Resources of some types, of this stack and of those that it may import from. */
  everywhere(type: string): readonly Resource[] {
    return [...this.graph.ofType(type), ...this.others.flatMap(({ graph }) => graph.ofType(type))];
  }

  /** The texts of a property of a resource of any of the stacks. */
  symbolsOf(resource: Resource, path: string): readonly string[] {
    const owner = this.#ownerOf(resource);
    const texts = (owner ?? this).symbols(resource.at(path).value);
    return owner ? texts.map((text) => abroad(text, owner)) : texts;
  }

  /** What the stack exports under a name. */
  exported(name: string): Value | undefined {
    this.#exports ??= new Map(
      this.graph.ofType("Ward::Template").flatMap((template) =>
        template
          .at("Outputs")
          .entries()
          .flatMap(([, output]) => {
            const own = output.at("Export.Name").text();
            return own === undefined ? [] : [[own, output.at("Value").value] as const];
          }),
      ),
    );
    return this.#exports.get(name);
  }

  /** The name under which another stack exports exactly this. */
  importOf(symbol: string): string | undefined {
    for (const other of this.others) {
      if (!symbol.includes(mark(other))) continue;
      other.exported("");
      for (const [name, value] of other.#exports ?? []) {
        if (other.symbols(value).some((text) => abroad(text, other) === symbol)) return name;
      }
    }
    return undefined;
  }

  isAbroad(resource: Resource): boolean {
    return this.#ownerOf(resource) !== undefined;
  }

  /** Every text that the value may be; a part that is not known is open. None where it is no text. */
  symbols(value: Value): readonly string[] {
    switch (value.kind) {
      case "scalar":
        return value.value === null ? [] : [String(value.value)];
      case "reference":
        return [this.#ofReference(value)];
      case "text":
        return [value.parts.map((part) => (typeof part === "string" ? part : this.#part(part))).join("")];
      case "unknown":
        return this.#imported(value) ?? [this.#part(value)];
      case "choice":
        return value.options.flatMap((option) => this.symbols(option));
      case "list":
        return value.items.flatMap((item) => this.symbols(item));
      default:
        return [];
    }
  }

  /** A single text, where it is one for certain. */
  symbol(property: Property): string | undefined {
    const [only, ...others] = this.symbols(property.value);
    return others.length === 0 ? only : undefined;
  }

  arnOf(resource: Resource): string {
    const known = this.#arns.get(resource);
    if (known !== undefined) return known;
    const owner = this.#ownerOf(resource);
    if (owner) {
      const foreign = abroad(owner.arnOf(resource), owner);
      this.#arns.set(resource, foreign);
      return foreign;
    }
    const pattern = namedType(resource.type)?.arn;
    const name = this.nameOf(resource);
    const made =
      pattern === undefined
        ? openSymbol(`the ARN of ${resource.id}`)
        : `arn:aws:${pattern
            .replace(":R:", `:${REGION}:`)
            .replace(":A:", `:${ACCOUNT}:`)
            .replace("{}", () => shaped(resource, name))}`;
    this.#arns.set(resource, made);
    return made;
  }

  nameOf(resource: Resource): string {
    const known = this.#names.get(resource.id);
    if (known !== undefined) return known;
    // A name that is made from the resource's own reference ends here.
    this.#names.set(resource.id, `\${${resource.id}}`);
    const written = ownNameOf(resource);
    const [name = ""] = written && written.kind !== "choice" ? this.symbols(written) : [];
    const made = name === "" ? `\${${resource.id}}` : name;
    this.#names.set(resource.id, made);
    return made;
  }

  /** The resource whose ARN it is, or begins with. */
  resourceOf(arn: string): Resource | undefined {
    this.#byArn ??= new Map(
      [...this.others.flatMap(({ graph }) => graph.resources), ...this.graph.resources]
        .filter(({ type }) => namedType(type))
        .map((resource) => [this.arnOf(resource), resource]),
    );
    const exact = this.#byArn.get(arn);
    if (exact) return exact;
    for (let end = arn.lastIndexOf("/"); end > 0; end = arn.lastIndexOf("/", end - 1)) {
      const owner = this.#byArn.get(arn.slice(0, end));
      if (owner) return owner;
    }
    return this.#byArn.get(arn.replace(/:[^:]*$/, ""));
  }

  #ofReference({ resource: id, attribute }: Reference): string {
    const resource = this.graph.resource(id);
    const named = resource && namedType(resource.type);
    if (resource?.type === "AWS::SecretsManager::SecretTargetAttachment") return this.#attached(resource);
    if (!resource || !named) return attribute === "" ? `\${${id}}` : `\${${id}.${attribute}}`;
    switch (saidBy(named, attribute)) {
      case "arn":
        return this.arnOf(resource);
      case "stream":
        return `${this.arnOf(resource)}/stream/*`;
      case "url":
        return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${this.nameOf(resource)}`;
      case "name":
        return this.nameOf(resource);
      default:
        return `\${${id}.${attribute}}`;
    }
  }

  /** What a secret is attached with has the ARN of the secret for its reference. */
  #attached(attachment: Resource): string {
    const { value } = attachment.at("SecretId");
    const [secret] = value.kind === "reference" && value.resource !== attachment.id ? this.symbols(value) : [];
    return secret ?? `\${${attachment.id}}`;
  }

  #ownerOf(resource: Resource): Stack | undefined {
    if (this.graph.resource(resource.id) === resource) return undefined;
    return this.others.find(({ graph }) => graph.resource(resource.id) === resource);
  }

  #imported({ reason }: Unknown): readonly string[] | undefined {
    const name = EXPORT.exec(reason)?.[1];
    if (name === undefined) return undefined;
    for (const other of this.others) {
      const value = other.exported(name);
      if (value) return other.symbols(value).map((text) => abroad(text, other));
    }
    return undefined;
  }

  #part(part: Reference | Unknown): string {
    if (part.kind === "reference") return this.#ofReference(part);
    const [imported] = this.#imported(part) ?? [];
    if (imported !== undefined) return imported;
    return DEPLOYMENT[part.reason] ?? openSymbol(part.parameter ?? part.reason);
  }
}

/** Two stacks may call resources alike: abroad a name says whose it is. */
function abroad(text: string, stack: Stack): string {
  return text.replaceAll(/\$\{(?!AWS::|\?)([^}#]+)\}/g, (_, name: string) => `\${${mark(stack)}${name}}`);
}

function mark(stack: Stack): string {
  const file = stack.graph.resources[0]?.spot.source.file ?? "";
  return `${file.replaceAll(/[{}]/g, "")}#`;
}

/** A version or an alias is named by its function; the rest by a property of theirs. */
function ownNameOf(resource: Resource): Value | undefined {
  if (resource.type === "AWS::Lambda::Version" || resource.type === "AWS::Lambda::Alias") {
    return resource.at("FunctionName").value;
  }
  if (resource.type === "AWS::Events::Rule")
    return resource.at("Name").isAbsent ? undefined : resource.at("Name").value;
  const value = physicalNameValue(resource);
  return value?.kind === "absent" ? undefined : value;
}

function shaped(resource: Resource, name: string): string {
  switch (resource.type) {
    // AWS adds six characters to a secret's name.
    case "AWS::SecretsManager::Secret":
      return name.includes(`\${${resource.id}}`) ? name : `${name}-??????`;
    case "AWS::SSM::Parameter":
      return name.replace(/^\//, "");
    case "AWS::Lambda::Version":
    case "AWS::Lambda::Alias": {
      const own = name.replace(/^arn:.*:function:/, "");
      const qualifier = resource.type === "AWS::Lambda::Alias" ? (resource.at("Name").text() ?? "*") : "*";
      return `${own}:${qualifier}`;
    }
    case "AWS::Logs::LogGroup":
      return name;
    default:
      return name.replace(/^arn:.*[:/]/, "");
  }
}
