/**
 * How resources hang together. Every reference is an edge; the kind says what it means, from a table of the properties
 * that carry a meaning. Permissions come from policy documents, by the statements that name a resource.
 */
import type { Spot } from "../source/source-text.ts";
import type { Property } from "./property.ts";
import type { Resource } from "./resource.ts";
import { referencesIn } from "./value.ts";
import { ownEntry } from "../source/own-entry.ts";

export type EdgeKind = "reference" | "trigger" | "permission" | "network" | "data";

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** The property of `from` that names `to`; of a joining resource (an event source mapping), its own id and property. */
  readonly path: string;
  readonly spot: Spot;
}

/** What of the graph is needed to find its edges. */
export interface Linked {
  readonly resources: readonly Resource[];
  resource(id: string): Resource | undefined;
  target(property: Property): Resource | undefined;
}

/** Properties whose reference means more than that one resource needs the other. */
const MEANINGS: readonly (readonly [type: string, path: RegExp, kind: EdgeKind])[] = [
  ["AWS::S3::Bucket", /^NotificationConfiguration\./, "trigger"],
  ["AWS::S3::Bucket", /^(ReplicationConfiguration|LoggingConfiguration|InventoryConfigurations)/, "data"],
  ["AWS::SNS::Topic", /^Subscription/, "trigger"],
  ["AWS::Events::Rule", /^Targets/, "trigger"],
  ["AWS::Scheduler::Schedule", /^Target\./, "trigger"],
  ["AWS::Pipes::Pipe", /^(Target|Enrichment)/, "trigger"],
  ["AWS::Logs::SubscriptionFilter", /^DestinationArn/, "data"],
  ["AWS::KinesisFirehose::DeliveryStream", /DestinationConfiguration/, "data"],
  ["AWS::SQS::Queue", /^RedrivePolicy/, "data"],
  ["AWS::Lambda::Function", /^(DeadLetterConfig|Environment)/, "data"],
  ["AWS::Lambda::EventInvokeConfig", /^DestinationConfig/, "data"],
  ["AWS::ApiGateway::Method", /^Integration/, "trigger"],
  ["AWS::ApiGatewayV2::Integration", /^IntegrationUri/, "trigger"],
  ["AWS::AppSync::DataSource", /Config/, "trigger"],
  ["AWS::StepFunctions::StateMachine", /^Definition/, "trigger"],
  ["AWS::Cognito::UserPool", /^LambdaConfig/, "trigger"],
];
const NETWORK_PATH = /(SecurityGroup|Subnet|Vpc)/;

/** Resources that only join two others: source and target property. */
const JOINTS: Readonly<Record<string, readonly [from: string, to: string, kind: EdgeKind]>> = {
  "AWS::Lambda::EventSourceMapping": ["EventSourceArn", "FunctionName", "trigger"],
  "AWS::SNS::Subscription": ["TopicArn", "Endpoint", "trigger"],
  "AWS::Lambda::Permission": ["SourceArn", "FunctionName", "permission"],
  "AWS::Pipes::Pipe": ["Source", "Target", "trigger"],
};

export function findEdges(graph: Linked): readonly Edge[] {
  const edges: Edge[] = [];
  for (const resource of graph.resources) {
    const joint = ownEntry(JOINTS, resource.type);
    if (joint) addJoint(graph, edges, resource, joint);
    for (const [path, property] of leavesOf(resource)) {
      for (const to of referencesIn(property.value)) {
        if (to === resource.id || !graph.resource(to)) continue;
        edges.push({ from: resource.id, to, kind: kindOf(resource.type, path), path, spot: property.spot });
      }
    }
  }
  return edges;
}

function kindOf(type: string, path: string): EdgeKind {
  if (/Polic(y|ies)/.test(path) && /Resource|Statement/.test(path)) return "permission";
  const meaning = MEANINGS.find(([of, pattern]) => of === type && pattern.test(path));
  if (meaning) return meaning[2];
  return NETWORK_PATH.test(path) ? "network" : "reference";
}

function addJoint(
  graph: Linked,
  edges: Edge[],
  joint: Resource,
  [fromPath, toPath, kind]: readonly [string, string, EdgeKind],
): void {
  const from = graph.target(joint.at(fromPath));
  const to = graph.target(joint.at(toPath));
  if (from && to) edges.push({ from: from.id, to: to.id, kind, path: `${joint.id}.${toPath}`, spot: joint.spot });
}

/** Properties that are neither map nor list, with their paths. */
function* leavesOf(resource: Resource): Generator<readonly [string, Property]> {
  const waiting: Property[] = [resource.whole];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.value.kind === "map") waiting.push(...at.entries().map(([, child]) => child));
    else if (at.value.kind === "list") waiting.push(...at.items());
    else yield [at.path, at];
  }
}
