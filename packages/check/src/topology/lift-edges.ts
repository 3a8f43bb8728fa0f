/**
 * Edges of the graph as arrows between boxes: lifted from the small resources to those that they serve, and turned round
 * where a property points against the flow.
 */
import type { Edge } from "../graph/edges.ts";
import type { Graph } from "../graph/graph.ts";
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";
import { between, type BoxLink } from "./box-link.ts";
import type { Fold } from "./fold.ts";
import { isMessenger, kindOf } from "./kinds.ts";
import type { TopologyEdgeKind } from "./model.ts";

/** Properties that name where something comes from, so that the arrow goes the other way. */
const AGAINST: readonly (readonly [type: string, path: RegExp, kind: TopologyEdgeKind])[] = [
  ["AWS::ECS::Service", /^LoadBalancers/, "trigger"],
  ["AWS::AutoScaling::AutoScalingGroup", /^(TargetGroupARNs|LoadBalancerNames)/, "trigger"],
  ["AWS::Events::Rule", /^EventPattern/, "trigger"],
  ["AWS::KinesisFirehose::DeliveryStream", /^KinesisStreamSourceConfiguration/, "data"],
  ["AWS::CloudTrail::Trail", /^EventSelectors/, "reference"],
];

/** Small resources whose own references say nothing about the flow: joints, whose two ends are an edge, and policies. */
const MUTE =
  /^AWS::(Lambda::(EventSourceMapping|Permission)|SNS::(Subscription|TopicPolicy|TopicInlinePolicy)|SQS::QueuePolicy|SQS::QueueInlinePolicy|S3::BucketPolicy|IAM::|CloudWatch::Alarm|Events::EventBusPolicy|KMS::|EC2::|Backup::|SecretsManager::|WAFv2::)/;

export function liftEdge(edge: Edge, graph: Graph, fold: Fold): readonly BoxLink[] {
  const { path } = edge;
  const joint = jointOf(path, graph);
  const source = graph.resource(edge.from);
  const target = graph.resource(edge.to);
  if (!source || !target) return [];
  const [from, to] = [fold.hostOf(edge.from), fold.hostOf(edge.to)];
  if (joint)
    return joint.type === "AWS::Lambda::Permission" && !isEntrance(source)
      ? []
      : [between(from, to, "trigger", jointLabel(joint))];
  const against = AGAINST.find(([type, pattern]) => type === source.type && pattern.test(path));
  if (against) return [between(to, from, against[2], source.type === "AWS::Events::Rule" ? "events" : "requests")];
  if (MUTE.test(source.type) || isGround(target, to, edge) || [from, to].some((id) => isWhole(graph.resource(id))))
    return [];
  if (source.type === "AWS::Pipes::Pipe" && path.startsWith("Source"))
    return [between(to, from, "trigger", "messages")];
  const link = between(
    from,
    to,
    flowKind(edge, source, target),
    labelOf(edge, source, graph),
    isCertainly(edge, source),
  );
  return [signedIn(source, graph) ? { ...link, isSignedIn: true } : link];
}

/** Whether the route that the edge belongs to knows its caller for certain. */
function signedIn(source: Resource, graph: Graph): boolean {
  if (source.type === "AWS::ApiGateway::Method") return isKnown(source.at("AuthorizationType"));
  if (source.type === "AWS::ApiGatewayV2::Route") return isKnown(source.at("AuthorizationType"));
  if (source.type !== "AWS::ApiGatewayV2::Integration") return false;
  const routes = routesTo(source, graph);
  return routes.length > 0 && routes.every((route) => isKnown(route.at("AuthorizationType")));
}

function isKnown(type: Property): boolean {
  return type.equals("AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM", "JWT").outcome === "pass";
}

function routesTo(integration: Resource, graph: Graph): readonly Resource[] {
  return graph
    .ofType("AWS::ApiGatewayV2::Route")
    .filter((route) => route.at("Target").references().has(integration.id));
}

function isKeptOrRun({ type }: Resource): boolean {
  const { boundary } = kindOf(type);
  return boundary === "data" || boundary === "functions";
}

/** A role, log or network that two use is no way from one of them to the other, though it is told of at one. */
function isGround(target: Resource, host: string, { kind }: Edge): boolean {
  return host !== target.id && kind !== "trigger" && kindOf(target.type).boundary === "shared";
}

function isWhole(box: Resource | undefined): boolean {
  return box?.type === "Ward::Template" || box?.type === "Ward::App";
}

function jointOf(path: string, graph: Graph): Resource | undefined {
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : graph.resource(path.slice(0, dot));
}

/** A permission says who may call; that it is called shows elsewhere, but for doors and buckets of other templates. */
function isEntrance({ type }: Resource): boolean {
  return kindOf(type).boundary !== "shared";
}

function jointLabel(joint: Resource): string {
  if (joint.type === "AWS::Lambda::Permission") return "";
  return joint.type === "AWS::SNS::Subscription" ? "messages" : "items";
}

/** What has a kind of its own happens; a store that is only named among settings may not even be used. */
function isCertainly({ kind }: Edge, source: Resource): boolean {
  if (kind === "trigger" || kind === "data" || isMessenger(source.type)) return true;
  return kindOf(source.type).boundary === "edge" || /^AWS::(ApiGateway|ElasticLoadBalancing)/.test(source.type);
}

function flowKind({ kind, path }: Edge, source: Resource, target: Resource): TopologyEdgeKind {
  if (isDirectRoute(source, path)) return "trigger";
  if (kind === "trigger") return kindOf(target.type).boundary === "data" ? "call" : "trigger";
  // A name among the settings is no flow yet: the role says whether it may be used.
  if (/^(Environment|ContainerDefinitions)/.test(path)) return "reference";
  if (kind === "data" || (isMessenger(source.type) && isKeptOrRun(target))) return "data";
  if (kind === "network") return "reference";
  if (source.type === "AWS::ElasticLoadBalancingV2::TargetGroup") return "trigger";
  const { boundary } = kindOf(source.type);
  if (boundary === "edge" && kindOf(target.type).boundary !== "shared") return "call";
  return "reference";
}

function labelOf({ path, kind }: Edge, source: Resource, graph: Graph): string {
  if (source.type === "AWS::ElasticLoadBalancingV2::TargetGroup") return "requests";
  if (source.type === "AWS::ApiGateway::Method" && kind === "trigger") {
    return [source.at("HttpMethod").text() ?? "requests", pathOf(source, graph)].join(" ").trimEnd();
  }
  if (isDirectRoute(source, path)) return source.at("RouteKey").text() ?? "requests";
  if (source.type === "AWS::ApiGatewayV2::Integration") {
    return (
      routesTo(source, graph)
        .map((route) => route.at("RouteKey").text() ?? "requests")
        .join(", ") || "requests"
    );
  }
  if (/^RedrivePolicy|DeadLetter|OnFailure/.test(path)) return "what failed";
  if (/Logging|AccessLog/.test(path)) return "logs";
  if (/Replication/.test(path)) return "copies";
  if (path.startsWith("Environment")) return "is named in its settings";
  if (/Authorizer|ProviderARNs|UserPool/i.test(path)) return "asks who calls";
  if (/^Origins|DistributionConfig/.test(path)) return "fetches";
  return kind === "trigger" ? "calls" : kind === "data" || isMessenger(source.type) ? "sends" : "uses";
}

/** A route that SAM makes names its function itself. */
function isDirectRoute({ type }: Resource, path: string): boolean {
  return type === "AWS::ApiGatewayV2::Route" && !/Authorizer/.test(path);
}

const DEPTH_MAX = 20;

/** `/visits/{id}`: as an OpenAPI definition says, or from the resource of a REST API up to its root. */
function pathOf(method: Resource, graph: Graph): string {
  const defined = /\([A-Za-z]+ (\/[^()]*)\)$/.exec(method.id)?.[1];
  const parts: string[] = [];
  let at = graph.target(method.at("ResourceId"));
  if (defined !== undefined || at === undefined) return defined ?? "";
  for (let depth = 0; at?.type === "AWS::ApiGateway::Resource" && depth < DEPTH_MAX; depth++) {
    parts.unshift(at.at("PathPart").text() ?? "…");
    at = graph.target(at.at("ParentId"));
  }
  return `/${parts.join("/")}`;
}
