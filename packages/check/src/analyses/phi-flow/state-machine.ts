/** The tasks of a state machine that call functions, and whose result reaches whose input. */
import { parseJsonText } from "../../graph/json-text.ts";
import type { Graph } from "../../graph/graph.ts";
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { referencesIn } from "../../graph/value.ts";

export interface Task {
  readonly machine: Resource;
  readonly state: string;
  readonly fn: Resource;
  /** Tasks that may run later, with what this one answered. */
  readonly later: readonly Resource[];
}

const STATES_MAX = 500;

export function tasksOf(machine: Resource, graph: Graph): readonly Task[] {
  const definition = definitionOf(machine);
  if (!definition) return [];
  const states = statesIn(definition);
  const fnOf = new Map<string, Resource>();
  for (const [name, state] of states) {
    const fn = functionOf(machine, state, graph);
    if (fn) fnOf.set(name, fn);
  }
  return [...fnOf].map(([state, fn]) => {
    const isDropped = isNull(states.get(state)?.at("ResultPath"));
    const later = isDropped ? [] : laterThan(state, states).flatMap((name) => fnOf.get(name) ?? []);
    return { machine, state, fn, later: [...new Set(later)] };
  });
}

function definitionOf(machine: Resource): Property | undefined {
  const written = machine.at("Definition");
  if (written.value.kind === "map") return written;
  const text = parseJsonText(machine.at("DefinitionString").value);
  return text && new Property(text, "DefinitionString");
}

/** All states, those of parallel branches and maps too, by name. */
function statesIn(definition: Property, found = new Map<string, Property>()): Map<string, Property> {
  for (const [name, state] of definition.at("States").entries()) {
    if (found.size >= STATES_MAX) break;
    found.set(name, state);
    for (const branch of state.at("Branches").items()) statesIn(branch, found);
    for (const inner of ["Iterator", "ItemProcessor"]) {
      if (!state.at(inner).isAbsent) statesIn(state.at(inner), found);
    }
  }
  return found;
}

function functionOf(machine: Resource, state: Property, graph: Graph): Resource | undefined {
  if (state.at("Type").text() !== "Task") return undefined;
  for (const property of [
    state.at("Resource"),
    state.at("Parameters.FunctionName"),
    state.at("Arguments.FunctionName"),
  ]) {
    for (const id of namesIn(machine, property)) {
      const fn = functionBehind(graph.resource(id), graph);
      if (fn) return fn;
    }
    const fn = functionBehind(graph.target(property), graph);
    if (fn) return fn;
  }
  return undefined;
}

/** References, also through `${Name}` of DefinitionSubstitutions. */
function namesIn(machine: Resource, property: Property): readonly string[] {
  const text = property.text() ?? "";
  const substituted = [...text.matchAll(/\$\{([^}]+)\}/g)].flatMap(([, name = ""]) => [
    ...referencesIn(machine.at("DefinitionSubstitutions").at(name).value),
  ]);
  return [...property.references(), ...substituted];
}

/** A function, or the function that an alias or a version stands for. */
export function functionBehind(resource: Resource | undefined, graph: Graph): Resource | undefined {
  if (resource?.type === "AWS::Lambda::Function") return resource;
  if (resource?.type !== "AWS::Lambda::Alias" && resource?.type !== "AWS::Lambda::Version") return undefined;
  const target = graph.target(resource.at("FunctionName"));
  return target?.type === "AWS::Lambda::Function" ? target : undefined;
}

function laterThan(state: string, states: ReadonlyMap<string, Property>): readonly string[] {
  const reached = new Set<string>();
  const waiting = [...nextOf(states.get(state))];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const next = states.get(name);
    waiting.push(...nextOf(next));
    for (const branch of next?.at("Branches").items() ?? []) waiting.push(...startOf(branch));
    for (const inner of ["Iterator", "ItemProcessor"]) if (next) waiting.push(...startOf(next.at(inner)));
  }
  // A state inside of a branch hands on to what follows the branch; which branch it is in is not asked.
  return [...reached];
}

function nextOf(state: Property | undefined): readonly string[] {
  if (!state) return [];
  const plain = [state.at("Next"), state.at("Default")].map((one) => one.text());
  const chosen = state
    .at("Choices")
    .items()
    .map((one) => one.at("Next").text());
  const caught = state
    .at("Catch")
    .items()
    .map((one) => one.at("Next").text());
  return [...plain, ...chosen, ...caught].filter((name) => name !== undefined);
}

function startOf(machine: Property): readonly string[] {
  const start = machine.at("StartAt").text();
  return start === undefined ? [] : [start];
}

function isNull(property: Property | undefined): boolean {
  return property?.value.kind === "scalar" && property.value.value === null;
}
