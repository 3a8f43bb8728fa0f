/**
 * Which resource of the template a value of the code names: through the function's environment, by a literal name or ARN, or,
 * where the code does not show it, as the only one of its type that the function's environment names.
 */
import type { CodeValue } from "../../code/contract.ts";
import type { Graph } from "../../graph/graph.ts";
import { physicalNameOf } from "../../graph/physical-names.ts";
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { referencesIn } from "../../graph/value.ts";
import { optionsOf, textPartsOf } from "./code-values.ts";

export interface NameContext {
  readonly graph: Graph;
  readonly fn: Resource;
}

/** Every resource of the types that the value may name. */
export function resourcesNamed(value: CodeValue | undefined, types: RegExp, context: NameContext): readonly Resource[] {
  const found = new Set<Resource>();
  let isOpen = value === undefined;
  for (const option of optionsOf(value)) {
    const named = resourcesOfOption(option, context, types);
    if (named === "unknown") isOpen = true;
    else for (const one of named) found.add(one);
  }
  if (found.size > 0 || !isOpen) return [...found];
  return onlyCandidate(types, context);
}

function resourcesOfOption(value: CodeValue, context: NameContext, types: RegExp): readonly Resource[] | "unknown" {
  // The bucket that called the function, as its notice names it.
  if (value.kind === "input" && value.path.join(".").endsWith("s3.bucket.name")) return callersOf(context, types);
  if (value.kind === "environment") {
    const property = variableOf(context.fn, value.name);
    const named = property === undefined ? [] : namedBy(property, context.graph, types);
    if (named.length > 0) return named;
    return value.fallback ? resourcesOfOption(value.fallback, context, types) : "unknown";
  }
  const parts = textPartsOf(value);
  const text = parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
  if (text !== undefined) return byText(text, context.graph, types);
  for (const part of parts) {
    if (typeof part === "string" || part.kind !== "environment") continue;
    const named = resourcesOfOption(part, context, types);
    if (named !== "unknown" && named.length > 0) return named;
  }
  return "unknown";
}

const variables = new WeakMap<Resource, ReadonlyMap<string, Property>>();

/** The template's value of one of the function's environment variables. */
export function variableOf(fn: Resource, name: string): Property | undefined {
  let known = variables.get(fn);
  if (!known) variables.set(fn, (known = new Map(fn.at("Environment.Variables").entries())));
  const found = known.get(name);
  return found === undefined || found.isAbsent ? undefined : found;
}

/** Resources that a property of the template names, by reference or by name. */
export function namedBy(property: Property, graph: Graph, types: RegExp): readonly Resource[] {
  const ids = [...referencesIn(property.value)];
  const referred = ids.map((id) => graph.resource(id)).filter((one) => one !== undefined && types.test(one.type));
  if (referred.length > 0) return referred as Resource[];
  const { value } = property;
  const options = value.kind === "choice" ? value.options : [value];
  return options.flatMap((option) => {
    const text = new Property(option, property.path).text();
    return text === undefined ? [] : byText(text, graph, types);
  });
}

function callersOf({ graph, fn }: NameContext, types: RegExp): readonly Resource[] {
  const ids = new Set(graph.edges.filter(({ to }) => to === fn.id).map(({ from }) => from));
  return graph.resources.filter(({ id, type }) => ids.has(id) && types.test(type));
}

function byText(text: string, graph: Graph, types: RegExp): readonly Resource[] {
  return graph.resources.filter((resource) => {
    if (!types.test(resource.type)) return false;
    const name = physicalNameOf(resource);
    if (name === undefined || name === "") return false;
    // Names stand alone, or at the end of an ARN or a queue's URL.
    return text === name || text.endsWith(`:${name}`) || text.endsWith(`/${name}`);
  });
}

function onlyCandidate(types: RegExp, { graph, fn }: NameContext): readonly Resource[] {
  const named = new Set<Resource>();
  for (const [, property] of fn.at("Environment.Variables").entries()) {
    for (const one of namedBy(property, graph, types)) named.add(one);
  }
  return named.size === 1 ? [...named] : [];
}
