/** What one function needs: its calls, and what its settings and the keys of what it uses imply. */
import type { CodeAnalysis } from "../../code/contract.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Need } from "./actions/need.ts";
import { needsOfCalls } from "./actions/needs-of-calls.ts";
import { needsOfFunction, unseenByLayers } from "./implied/of-function.ts";
import { needsOfKeys } from "./implied/of-keys.ts";
import type { Purpose } from "./policy/managed-policies.ts";
import type { Stack } from "./resources/stack.ts";
import type { UnseenCalls } from "./sdk/api-call.ts";
import { findCalls } from "./sdk/find-calls.ts";

export interface FunctionPrivileges {
  readonly fn: Resource;
  readonly needs: readonly Need[];
  readonly unseen: readonly UnseenCalls[];
  readonly purposes: ReadonlySet<Purpose>;
}

export function functionPrivileges(fn: Resource, code: CodeAnalysis, stack: Stack): FunctionPrivileges {
  const found = findCalls(code);
  const called = needsOfCalls(found.calls, { stack, fn });
  const direct = withoutDoubles([...called.needs, ...needsOfFunction(fn, stack)]);
  const needs = withoutDoubles([...direct, ...needsOfKeys(direct, stack)]);
  return {
    fn,
    needs,
    unseen: distinct([...found.unseen, ...called.unseen, ...unseenByLayers(fn, stack), ...gapsOf(code)]),
    purposes: purposesOf(needs, fn, stack),
  };
}

/** Code that was given up may have called anything. What is called is mostly no AWS, where it is not known what it is. */
function gapsOf({ gaps, files }: CodeAnalysis): readonly UnseenCalls[] {
  return gaps
    .filter(
      ({ kind, spot }) =>
        kind === "effort" || kind === "dynamic" || (kind === "module" && files.includes(spot.source.file)),
    )
    .map(({ reason, spot, stack }) => ({ services: "any", reason, spot, stack }));
}

function purposesOf(needs: readonly Need[], fn: Resource, stack: Stack): ReadonlySet<Purpose> {
  const purposes = new Set<Purpose>(["logs"]);
  const has = (action: string): boolean =>
    needs.some((need) => need.action === action && need.because.isLambda === true);
  if (has("ec2:CreateNetworkInterface")) purposes.add("network");
  if (has("sqs:ReceiveMessage")) purposes.add("queue");
  if (has("dynamodb:GetRecords")) purposes.add("table stream");
  if (has("kinesis:GetRecords")) purposes.add("stream");
  if (has("kafka:GetBootstrapBrokers")) purposes.add("kafka");
  if (has("xray:PutTraceSegments")) purposes.add("tracing");
  const layers = fn
    .at("Layers")
    .items()
    .flatMap(({ value }) => stack.symbols(value));
  if (layers.some((arn) => arn.includes("LambdaInsightsExtension"))) purposes.add("insights");
  if (layers.some((arn) => /AWSOpenTelemetryDistro|ApplicationSignals/.test(arn))) purposes.add("signals");
  return purposes;
}

/** The same power for several reasons is one, for the first of them. */
function withoutDoubles(needs: readonly Need[]): readonly Need[] {
  const byKey = new Map<string, Need>();
  for (const need of needs) {
    const key = JSON.stringify([
      need.action,
      [...need.resources].toSorted(),
      need.except ?? [],
      need.conditions ?? [],
      need.operation,
    ]);
    if (!byKey.has(key)) byKey.set(key, need);
  }
  return [...byKey.values()];
}

function distinct(unseen: readonly UnseenCalls[]): readonly UnseenCalls[] {
  const byPlace = new Map(unseen.map((one) => [`${one.spot.source.file}:${one.spot.offset}:${one.reason}`, one]));
  return [...byPlace.values()];
}
