/** What a role lets its holder reach: resources of the graph, services and accounts beside it, each with what it may do. */
import type { Graph } from "../graph/graph.ts";
import { identityPolicies } from "../graph/identity-policies.ts";
import { coversText } from "../graph/pattern.ts";
import { physicalNameOf } from "../graph/physical-names.ts";
import { policyDocument, type Statement } from "../graph/policy-document.ts";
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";

export interface Grant {
  /** A resource of the graph, or what is not in it. */
  readonly to: { readonly resource: string } | { readonly service: string } | { readonly everything: true };
  readonly verbs: ReadonlySet<Verb>;
  readonly isCertain: boolean;
}

interface LetIn {
  /** Twelve digits, or the host of an identity provider. */
  readonly account: string;
}

export type Verb = "reads" | "writes" | "calls";

/** Services that keep no one's data, or are on the map by other means. */
const SILENT = new Set([
  "acm",
  "application-autoscaling",
  "autoscaling",
  "cloudformation",
  "cloudwatch",
  "codedeploy",
  "ec2",
  "ec2messages",
  "ecr",
  "ecs",
  "elasticloadbalancing",
  "iam",
  "kms",
  "logs",
  "route53",
  "servicediscovery",
  "ssm",
  "ssmmessages",
  "sts",
  "tag",
  "wafv2",
  "xray",
  "execute-api",
  "events",
  "scheduler",
  "apigateway",
  "organizations",
  "guardduty",
  "config",
  "cloudtrail",
]);

const SERVICE_OF: Readonly<Record<string, readonly string[]>> = {
  aoss: ["AWS::OpenSearchServerless::Collection"],
  athena: ["AWS::Athena::"],
  batch: ["AWS::Batch::"],
  bedrock: ["AWS::Bedrock::"],
  "cognito-identity": ["AWS::Cognito::IdentityPool"],
  "cognito-idp": ["AWS::Cognito::UserPool"],
  dynamodb: ["AWS::DynamoDB::"],
  elasticfilesystem: ["AWS::EFS::FileSystem"],
  es: ["AWS::OpenSearchService::", "AWS::Elasticsearch::"],
  events: ["AWS::Events::EventBus"],
  "execute-api": ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"],
  firehose: ["AWS::KinesisFirehose::"],
  glue: ["AWS::Glue::"],
  healthlake: ["AWS::HealthLake::"],
  kinesis: ["AWS::Kinesis::Stream"],
  lambda: ["AWS::Lambda::Function"],
  "rds-db": ["AWS::RDS::"],
  s3: ["AWS::S3::Bucket"],
  sagemaker: ["AWS::SageMaker::Endpoint"],
  secretsmanager: ["AWS::SecretsManager::Secret"],
  sns: ["AWS::SNS::Topic"],
  sqs: ["AWS::SQS::Queue"],
  states: ["AWS::StepFunctions::StateMachine"],
};

const READS =
  /^(batch)?(get|list|query|scan|describe|receive|select|search|head|read|view|lookup|conditioncheck|partiql?select|detect|analyze|delete(message)|change(message)|db-?connect)/i;
const CALLS = /^(invoke|start|send|publish|run|execute|converse|retrieve|apply|assume|connect)/i;

/** Types that may hold a role of which grants are asked: the role itself and policies attached to it. */
export function grantsOf(role: Resource, graph: Graph): readonly Grant[] {
  const attached = ["Roles", "RoleName"].flatMap((path) =>
    ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"].flatMap((type) => {
      const { sure, maybe } = graph.attached(role, type, path);
      return [...sure, ...maybe];
    }),
  );
  const managed = [...role.at("ManagedPolicyArns").references()].flatMap((id) => graph.resource(id) ?? []);
  const documents = [role, ...attached, ...managed].flatMap(identityPolicies);
  const statements = documents.flatMap((document) => document.statements);
  return [
    ...statements.filter((one) => one.isAllow().outcome !== "fail").flatMap((one) => grantsOfStatement(one, graph)),
    ...role
      .at("ManagedPolicyArns")
      .items()
      .flatMap((arn) => grantsOfManaged(arn.text() ?? "", graph)),
  ];
}

/** Accounts that a policy of a resource, or a role's trust, lets in: `111122223333`. */
export function accountsIn(policy: Property): readonly LetIn[] {
  return policyDocument(policy)
    .statements.filter((one) => one.isAllow().outcome !== "fail")
    .flatMap(({ principals }) => principals)
    .flatMap(({ type, who }): readonly LetIn[] => {
      const text = who.text() ?? "";
      if (type === "Federated") {
        const host = /oidc-provider\/([\w.-]+)/.exec(text)?.[1] ?? (/^[\w-]+\.[\w.-]+$/.test(text) ? text : undefined);
        return host === undefined || host.endsWith("amazonaws.com") ? [] : [{ account: host }];
      }
      const account = type === "AWS" ? /^(?:arn:aws[\w-]*:iam::)?(\d{12})(?::|$)/.exec(text)?.[1] : undefined;
      return account === undefined ? [] : [{ account }];
    });
}

function grantsOfStatement(statement: Statement, graph: Graph): readonly Grant[] {
  const isCertain = statement.onlyIf === undefined;
  const byService = new Map<string, Set<Verb>>();
  for (const action of statement.actions) {
    const text = action.text();
    if (text === undefined) continue;
    const [service = "", name = "*"] = text.toLowerCase().split(":");
    const verbs = byService.get(service) ?? new Set();
    for (const verb of verbsOf(name)) verbs.add(verb);
    byService.set(service, verbs);
  }
  if (statement.actions.length === 0 && statement.notActions.length > 0) byService.set("*", new Set(verbsOf("*")));
  return [...byService].flatMap(([service, verbs]): readonly Grant[] => {
    if (service === "*") return [{ to: { everything: true }, verbs, isCertain }];
    const targets = resourcesOf(statement, service, graph);
    if (targets.length > 0) return targets.map((resource) => ({ to: { resource }, verbs, isCertain }));
    return SILENT.has(service) ? [] : [{ to: { service }, verbs, isCertain }];
  });
}

function verbsOf(name: string): readonly Verb[] {
  if (name === "*" || name === "") return ["reads", "writes"];
  if (READS.test(name)) return ["reads"];
  return CALLS.test(name) ? ["calls"] : ["writes"];
}

function resourcesOf(statement: Statement, service: string, graph: Graph): readonly string[] {
  const types = SERVICE_OF[service] ?? [];
  const candidates = graph.resources.filter(({ type }) => types.some((one) => type.startsWith(one)));
  if (candidates.length === 0) return [];
  const negated = statement.notResources.length > 0;
  const found = new Set<string>();
  for (const resource of statement.resources) {
    const named = resource.references();
    const text = resource.text();
    const pattern = text === undefined ? patternOf(resource) : text;
    for (const candidate of candidates) {
      if (named.has(candidate.id) || (named.size === 0 && pattern !== undefined && matchesArn(pattern, candidate))) {
        found.add(candidate.id);
      }
    }
  }
  return negated ? candidates.map(({ id }) => id).filter((id) => !found.has(id)) : [...found];
}

/** A text with what is not known left open, where something of it is known. */
function patternOf({ value }: Property): string | undefined {
  if (value.kind !== "text") return undefined;
  return value.parts
    .map((part) => (typeof part === "string" ? part : part.kind === "unknown" ? (part.sample ?? "*") : "*"))
    .join("");
}

function matchesArn(pattern: string, resource: Resource): boolean {
  if (pattern === "*") return true;
  const tail = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.*)$/.exec(pattern)?.[1];
  if (tail === undefined) return false;
  const own =
    /^(?:table|function|stateMachine|secret|stream|deliverystream|domain)[/:]([^/:]+)/.exec(tail)?.[1] ??
    tail.split("/")[0] ??
    "";
  if (own === "*") return true;
  const name = physicalNameOf(resource);
  return name !== undefined && own !== "" && coversText(own, name);
}

const MANAGED: readonly (readonly [RegExp, string])[] = [
  [/S3/, "s3"],
  [/DynamoDB/, "dynamodb"],
  [/SQS/, "sqs"],
  [/SNS/, "sns"],
  [/KinesisFirehose/, "firehose"],
  [/Kinesis/, "kinesis"],
  [/SES/, "ses"],
  [/Bedrock/, "bedrock"],
  [/SecretsManager/, "secretsmanager"],
  [/Lambda_FullAccess|AWSLambdaRole/, "lambda"],
  [/StepFunctions/, "states"],
  [/Textract/, "textract"],
  [/Comprehend/, "comprehend"],
  [/Rekognition/, "rekognition"],
  [/SageMaker/, "sagemaker"],
  [/Cognito/, "cognito-idp"],
];

function grantsOfManaged(arn: string, graph: Graph): readonly Grant[] {
  const name = /:policy\/(?:[\w-]+\/)*([\w-]+)$/.exec(arn)?.[1];
  if (name === undefined || !/:aws:policy\//.test(arn)) return [];
  if (/^(AdministratorAccess|PowerUserAccess)$/.test(name)) {
    return [{ to: { everything: true }, verbs: new Set(["reads", "writes"]), isCertain: true }];
  }
  if (!/FullAccess|ReadOnly|AWSLambdaRole|ExecutionRole/.test(name) || /BasicExecution|VPCAccess/.test(name)) return [];
  const service = MANAGED.find(([pattern]) => pattern.test(name))?.[1];
  if (service === undefined) return [];
  const verbs = new Set<Verb>(/ReadOnly|ExecutionRole/.test(name) ? ["reads"] : ["reads", "writes"]);
  const types = SERVICE_OF[service] ?? [];
  const here = graph.resources.filter(({ type }) => types.some((one) => type.startsWith(one)));
  if (here.length === 0) return [{ to: { service }, verbs, isCertain: true }];
  return here.map(({ id }) => ({ to: { resource: id }, verbs, isCertain: true }));
}
