/**
 * What the code of Lambda functions reaches, read as the judgement of their privileges reads it: the same analyses, which are
 * kept for all who ask with the same files, so that a map after a check reads nothing twice. A Ward function reaches exactly
 * what its grants say, and is not read.
 */
import { addressOf } from "../analyses/phi-flow/sinks/web-sinks.ts";
import { isOwnHost } from "../analyses/phi-flow/sinks/third-parties.ts";
import { functionPrivileges } from "../analyses/privilege/function-privileges.ts";
import { Stack } from "../analyses/privilege/resources/stack.ts";
import { codeProjectOf } from "../code/code-project.ts";
import type { CodeAnalysis } from "../code/contract.ts";
import { handlerOf } from "../code/handler-of.ts";
import type { Resource } from "../graph/resource.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { FileReader } from "../readers/reading.ts";
import type { CodeReach, FunctionReach } from "./reach.ts";

const ADDRESS = /^(?:https?|wss?):\/\/([\w.-]+(?::\d+)?)(?:[/?#]|$)/i;

/** Undefined where no unit has a function whose code could be read. */
export async function readReach(files: ReadonlyMap<Unit, FileReader>): Promise<CodeReach | undefined> {
  const found = new Map<Unit, ReadonlyMap<string, FunctionReach>>();
  for (const [unit, reader] of files) {
    const functions = unit.graph.ofType("AWS::Lambda::Function").filter(mayBeRead);
    if (functions.length > 0) found.set(unit, await reachesOf(unit, functions, reader));
  }
  if ([...found.values()].every(({ size }) => size === 0)) return undefined;
  return { reachOf: (unit, functionId) => found.get(unit)?.get(functionId) };
}

function mayBeRead(fn: Resource): boolean {
  return fn.at("Runtime").matches(/^nodejs/).outcome !== "fail" && !fn.at("Handler").isAbsent;
}

async function reachesOf(
  { graph }: Unit,
  functions: readonly Resource[],
  files: FileReader,
): Promise<ReadonlyMap<string, FunctionReach>> {
  const stack = new Stack(graph);
  const reaches = new Map<string, FunctionReach>();
  for (const fn of functions) {
    const place = handlerOf(fn, graph, files);
    if (!place.found) continue;
    const code = (await codeProjectOf(files)).analyze(place.request);
    reaches.set(fn.id, { hosts: hostsIn(code), calls: callsIn(fn, code, stack) });
  }
  return reaches;
}

function hostsIn({ calls }: CodeAnalysis): FunctionReach["hosts"] {
  const hosts = calls.flatMap((call) => ADDRESS.exec(addressOf(call) ?? "")?.[1]?.toLowerCase() ?? []);
  return [...new Set(hosts)].filter((host) => !isOwnHost(host)).map((host) => ({ host }));
}

/** What code asks for; what Lambda asks for in its name is the template's own. */
function callsIn(fn: Resource, code: CodeAnalysis, stack: Stack): FunctionReach["calls"] {
  const found = new Map<string, Set<string>>();
  for (const { action, resources, because } of functionPrivileges(fn, code, stack).needs) {
    if (because.isLambda === true) continue;
    for (const symbol of resources) {
      const target = stack.resourceOf(symbol);
      if (!target || target.type.startsWith("AWS::KMS::")) continue;
      const actions = found.get(target.id) ?? new Set();
      found.set(target.id, actions.add(action.slice(action.indexOf(":") + 1)));
    }
  }
  return [...found].map(([to, actions]) => ({ to, what: [...actions].join(", ") }));
}
