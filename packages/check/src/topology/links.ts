/**
 * What joins the boxes of one graph: its edges lifted from the small resources to those that they serve, turned round where
 * the property points against the flow, and what roles grant. An arrow goes from who acts to what is acted on.
 */
import type { Edge } from "../graph/edges.ts";
import type { Graph } from "../graph/graph.ts";
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";
import type { Fold } from "./fold.ts";
import { accountsIn, grantsOf, type Grant, type Verb } from "./grants.ts";
import { kindOf } from "./kinds.ts";
import { kubernetesLinks } from "./kubernetes-links.ts";
import type { TopologyEdgeKind } from "./model.ts";
import { hostsOf } from "./outside-hosts.ts";
import { wardLinks } from "./ward-links.ts";

/** `from` and `to` are ids of resources with a box, or of what stands around them. */
export interface BoxLink {
  readonly from: End;
  readonly to: End;
  readonly kind: TopologyEdgeKind;
  readonly label: string;
  readonly isCertain: boolean;
  /** Data comes back to who acts. */
  readonly isRead?: boolean;
  /** Code was seen to send PHI over it. */
  readonly hasPhi?: boolean;
  /** It is certain that no PHI goes over it, whatever its ends hold. */
  readonly hasNoPhi?: boolean;
  /** The door asks who calls before it lets a request through here. */
  readonly isSignedIn?: boolean;
}

export type End = { readonly box: string } | { readonly around: Around };

/** What is no resource of the input. `id` is unique in the unit. */
export interface Around {
  readonly id: string;
  readonly name: string;
  readonly words: string;
  readonly picture:
    "host" | "account" | "people" | "event" | "clock" | "database" | "files" | "door" | "part" | "machine";
  readonly boundary: "internet" | "edge" | "functions" | "data" | "outside";
  readonly type: string;
  /** PHI by nature: what keeps records of patients. */
  readonly holdsPhi?: string;
}

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

export function linksOf(graph: Graph, fold: Fold): readonly BoxLink[] {
  return [
    ...graph.edges.flatMap((edge) => liftEdge(edge, graph, fold)),
    ...kubernetesLinks(graph).map(({ from, to, kind }) =>
      between(fold.hostOf(from), fold.hostOf(to), kind, kind === "trigger" ? "requests" : "uses"),
    ),
    ...roleLinks(graph, fold),
    ...accountLinks(graph, fold),
    ...fold.boxes.flatMap((box) => hostsOf(box, fold.foldedInto(box.id))),
    ...wardLinks(graph),
  ].filter((link) => !isSelf(link));
}

function between(from: string, to: string, kind: TopologyEdgeKind, label: string, isCertain = true): BoxLink {
  return { from: { box: from }, to: { box: to }, kind, label, isCertain };
}

function isSelf({ from, to }: BoxLink): boolean {
  return "box" in from && "box" in to && from.box === to.box;
}

function liftEdge(edge: Edge, graph: Graph, fold: Fold): readonly BoxLink[] {
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
  if (MUTE.test(source.type) || (target.type.startsWith("AWS::IAM::") && from !== edge.from)) return [];
  const against = AGAINST.find(([type, pattern]) => type === source.type && pattern.test(path));
  if (against) return [between(to, from, against[2], source.type === "AWS::Events::Rule" ? "events" : "requests")];
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

function isCertainly({ kind }: Edge, source: Resource): boolean {
  return (
    kind === "trigger" ||
    kind === "data" ||
    kindOf(source.type).boundary === "edge" ||
    source.type.startsWith("AWS::ApiGateway")
  );
}

function flowKind({ kind, path }: Edge, source: Resource, target: Resource): TopologyEdgeKind {
  if (isDirectRoute(source, path)) return "trigger";
  if (kind === "trigger") return kindOf(target.type).boundary === "data" ? "call" : "trigger";
  // A name among the settings is no flow yet: the role says whether it may be used.
  if (/^(Environment|ContainerDefinitions)/.test(path)) return "reference";
  if (kind === "data") return "data";
  const { boundary } = kindOf(source.type);
  if (boundary === "edge" && kindOf(target.type).boundary !== "shared") return "call";
  return "reference";
}

function labelOf({ path, kind }: Edge, source: Resource, graph: Graph): string {
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
  return kind === "trigger" ? "calls" : kind === "data" ? "sends" : "names";
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

function roleLinks(graph: Graph, fold: Fold): readonly BoxLink[] {
  const holders = new Map<string, Set<string>>();
  for (const { from, to } of graph.edges) {
    if (graph.resource(to)?.type !== "AWS::IAM::Role") continue;
    const holder = graph.resource(fold.hostOf(from));
    if (
      !holder ||
      holder.type.startsWith("AWS::IAM::") ||
      graph.resource(from)?.type.startsWith("AWS::IAM::Policy") === true
    )
      continue;
    holders.set(to, (holders.get(to) ?? new Set()).add(holder.id));
  }
  return graph.ofType("AWS::IAM::Role").flatMap((role) => {
    const grants = grantsOf(role, graph);
    const held = holders.get(role.id) ?? new Set([fold.hostOf(role.id)]);
    return [...held].flatMap((holder) => grants.map((grant) => grantLink(holder, grant, fold)));
  });
}

function grantLink(holder: string, { to, verbs, isCertain }: Grant, fold: Fold): BoxLink {
  const label = verbWords(verbs);
  const isRead = verbs.has("reads");
  if ("resource" in to) return { ...between(holder, fold.hostOf(to.resource), "call", label, isCertain), isRead };
  const around: Around =
    "service" in to
      ? {
          id: `service:${to.service}`,
          name: serviceWords(to.service),
          words: "AWS service, not in these files",
          picture: "part",
          boundary: "outside",
          type: "service",
        }
      : {
          id: "everything",
          name: "All of the AWS account",
          words: "Every service and resource",
          picture: "account",
          boundary: "outside",
          type: "account",
        };
  return { from: { box: holder }, to: { around }, kind: "egress", label, isCertain, isRead };
}

function verbWords(verbs: ReadonlySet<Verb>): string {
  if (verbs.has("reads") && verbs.has("writes")) return "reads and writes";
  return verbs.has("reads") ? "reads" : verbs.has("writes") ? "writes" : "calls";
}

const SERVICE_WORDS: Readonly<Record<string, string>> = {
  bedrock: "Amazon Bedrock (AI)",
  cognitoidp: "Cognito",
  comprehend: "Amazon Comprehend",
  comprehendmedical: "Comprehend Medical",
  dynamodb: "DynamoDB tables",
  firehose: "Delivery streams",
  healthlake: "HealthLake",
  kinesis: "Kinesis streams",
  lambda: "Lambda functions",
  mobiletargeting: "Pinpoint (messages)",
  polly: "Amazon Polly",
  rekognition: "Rekognition",
  s3: "S3 buckets",
  sagemaker: "SageMaker",
  secretsmanager: "Secrets",
  ses: "E-mail (SES)",
  sns: "SNS topics, SMS",
  sqs: "SQS queues",
  states: "Workflows",
  textract: "Textract",
  transcribe: "Transcribe",
  translate: "Translate",
};

function serviceWords(service: string): string {
  return SERVICE_WORDS[service.replaceAll("-", "")] ?? `AWS ${service}`;
}

/** Other accounts and identity providers that are let in by the policies of a resource. */
function accountLinks(graph: Graph, fold: Fold): readonly BoxLink[] {
  return graph.resources.flatMap((resource) => {
    if (resource.type.startsWith("AWS::KMS::")) return [];
    const policies = [
      resource.at("PolicyDocument"),
      resource.at("AssumeRolePolicyDocument"),
      resource.at("ResourcePolicy"),
    ];
    const isIdentity = /^AWS::IAM::(Policy|ManagedPolicy|RolePolicy)$/.test(resource.type);
    const let_ = isIdentity ? [] : policies.flatMap(accountsIn);
    const direct =
      resource.type === "AWS::Lambda::Permission"
        ? (/(?:^|::)(\d{12})(?::|$)/.exec(resource.at("Principal").text() ?? "")?.[1] ?? [])
        : [];
    return [...let_.map(({ account }) => account), ...[direct].flat()].map((account): BoxLink => {
      const isAccount = /^\d{12}$/.test(account);
      const around: Around = {
        id: `account:${account}`,
        name: isAccount ? `Account ${account}` : account,
        words: isAccount ? "AWS account that is let in" : "Identity provider that is trusted",
        picture: "account",
        boundary: "outside",
        type: "account",
      };
      return {
        from: { around },
        to: { box: fold.hostOf(resource.id) },
        kind: "caller",
        label: "is let in",
        isCertain: true,
      };
    });
  });
}
