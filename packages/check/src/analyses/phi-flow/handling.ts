/** Which functions handle PHI, and why we say so: then what comes to them by HTTP is PHI, too. */
import type { CodeAnalysis } from "../../code/contract.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { accessesOf } from "./aws-access.ts";
import { awsCallsOf } from "./aws-call.ts";
import { clinicalNameIn, databaseKind } from "./database-packages.ts";
import { markOf } from "./marked-resources.ts";
import { clinicalReason } from "./phi-packages.ts";
import { namedBy, resourcesNamed } from "./resource-of-value.ts";

/** `Save is tagged data-class: phi`; undefined where nothing tells that it handles PHI. */
export interface Handling {
  readonly because: string;
  /** The function itself is marked, so that also what queues and invokers give it is PHI. */
  readonly isOwn: boolean;
}

export function handlingOf(fn: Resource, graph: Graph, analysis: CodeAnalysis): Handling | undefined {
  const own = markOf(fn);
  if (own) return own.holds ? { because: own.because, isOwn: true } : undefined;
  for (const [, property] of fn.at("Environment.Variables").entries()) {
    const held = namedBy(property, graph, /^AWS::(?!Lambda::|ApiGateway)/).find((one) => markOf(one)?.holds === true);
    if (held) return { because: `${markOf(held)?.because ?? ""}, and ${fn.name} works with it`, isOwn: false };
  }
  const clinical = clinicalReason(analysis);
  if (clinical !== undefined) return { because: `${fn.name} handles clinical data: ${clinical}`, isOwn: false };
  for (const call of analysis.calls) {
    const named = databaseKind(call) && clinicalNameIn(call);
    if (named !== undefined)
      return { because: `${fn.name} works with ${named}, which holds PHI by its name`, isOwn: false };
    for (const access of awsCallsOf(call).flatMap(accessesOf)) {
      const held = resourcesNamed(access.name, access.types, { graph, fn }).find((one) => markOf(one)?.holds === true);
      if (held) return { because: `${markOf(held)?.because ?? ""}, and ${fn.name} works with it`, isOwn: false };
    }
  }
  return undefined;
}
