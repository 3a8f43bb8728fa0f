/** What joins the boxes of one graph: its own edges, what roles grant, whom policies let in, and hosts that are named. */
import type { Graph } from "../graph/graph.ts";
import { between, type Around, type BoxLink } from "./box-link.ts";
import type { Fold } from "./fold.ts";
import { accountsIn, grantsOf, type Grant, type Verb } from "./grants.ts";
import { kubernetesLinks } from "./kubernetes-links.ts";
import { liftEdge } from "./lift-edges.ts";
import { hostsOf } from "./outside-hosts.ts";
import { wardLinks } from "./ward-links.ts";

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

function isSelf({ from, to }: BoxLink): boolean {
  return "box" in from && "box" in to && from.box === to.box;
}

/** Properties that give a role to what they stand in; others only speak of it. */
const HOLDS = /role|credentials|profile/i;

function roleLinks(graph: Graph, fold: Fold): readonly BoxLink[] {
  const holders = new Map<string, Set<string>>();
  for (const { from, to, path } of graph.edges) {
    if (graph.resource(to)?.type !== "AWS::IAM::Role" || !HOLDS.test(path)) continue;
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
  aoss: "Search collections",
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
