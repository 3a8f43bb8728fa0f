/** What the functions of a template ask AWS for and are able to ask for, as far as their code could be read. */
import type { CodeAnalysis, CodeProject } from "../../code/contract.ts";
import { handlerOf } from "../../code/handler-of.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { Spot } from "../../source/source-text.ts";
import { applies, type Policies } from "../privilege/policy/evaluate.ts";
import { roleGrants } from "../privilege/policy/role-grants.ts";
import { functionPrivileges, type FunctionPrivileges } from "../privilege/function-privileges.ts";
import type { Stack } from "../privilege/resources/stack.ts";

export interface ReadFunction {
  readonly fn: Resource;
  readonly code: CodeAnalysis | undefined;
  readonly privileges: FunctionPrivileges | undefined;
  /** Why its code could not be read. */
  readonly reason: string | undefined;
  readonly spot: Spot;
  /** Undefined where the role is not of this template: it may be granted anything. */
  readonly grants: Policies | undefined;
}

export function readFunctions(
  graph: Graph,
  files: FileReader,
  project: CodeProject,
  stack: Stack,
): readonly ReadFunction[] {
  return graph.ofType("AWS::Lambda::Function").map((fn): ReadFunction => {
    const role = graph.target(fn.at("Role"));
    const grants = role?.type === "AWS::IAM::Role" ? roleGrants(role, stack) : undefined;
    const place = handlerOf(fn, graph, files);
    if (!place.found) {
      return { fn, code: undefined, privileges: undefined, reason: place.reason, spot: place.spot, grants };
    }
    const code = project.analyze(place.request);
    const lost = code.handler === undefined ? code.gaps[0] : undefined;
    if (lost) return { fn, code: undefined, privileges: undefined, reason: lost.reason, spot: fn.spot, grants };
    return { fn, code, privileges: functionPrivileges(fn, code, stack), reason: undefined, spot: fn.spot, grants };
  });
}

/** Whether the function's role lets it do any of the actions on the resource, as far as that is known. */
export function mayDo({ grants }: ReadFunction, actions: readonly string[], resource: string): boolean {
  return !grants || grants.open.length > 0 || isGranted(grants, actions, resource);
}

/** Whether a statement that was read allows it. */
export function isGranted(grants: Policies, actions: readonly string[], resource: string): boolean {
  const context = new Map<string, readonly string[]>();
  return [...grants.identity, ...grants.resource].some(
    (rule) =>
      rule.effect === "Allow" && actions.some((action) => applies(rule, { action, resource, context }) !== "no"),
  );
}
