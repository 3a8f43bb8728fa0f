/** Tables, buckets, topics and queues that nothing uses. */
import type { Graph } from "../../graph/graph.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Fact } from "../../judge/fact.ts";
import type { Finding } from "../../judge/finding.ts";
import { positionOf } from "../../source/source-text.ts";
import type { Stack } from "../privilege/resources/stack.ts";
import {
  bucketIsUsed,
  queueHasConsumers,
  queueHasSenders,
  tableIsRead,
  topicHasPublishers,
  topicHasSubscribers,
} from "./facts.ts";
import type { Mention, Mentions } from "./mentions.ts";
import type { OtherActor } from "./other-actors.ts";
import type { ReadFunction } from "./read-functions.ts";
import { codeUse, type Way } from "./uses.ts";
import type { WrittenUses } from "./written-uses.ts";

export interface Around {
  readonly graph: Graph;
  readonly stack: Stack;
  readonly mentions: Mentions;
  readonly functions: readonly ReadFunction[];
  readonly isExported: (resource: Resource) => boolean;
  readonly written: WrittenUses;
  /** Who acts beside the functions. */
  readonly others: readonly OtherActor[];
}

interface StoreFact {
  readonly fact: Fact;
  readonly types: readonly string[];
  readonly way: Way;
  /** Whether a mention is a use of this kind. */
  readonly counts: (mention: Mention, resource: Resource) => boolean;
  /** What the resource says itself that settles it. */
  readonly settled?: (resource: Resource, around: Around) => string | undefined;
  /** In words: `no function reads it, and nothing else does`. */
  readonly failure: string;
}

const isTold = /^AWS::(SNS::Topic|SQS::Queue)$/;
const isPolicyOf: Readonly<Record<string, readonly [type: string, path: string]>> = {
  "AWS::S3::Bucket": ["AWS::S3::BucketPolicy", "Bucket"],
  "AWS::SNS::Topic": ["AWS::SNS::TopicPolicy", "Topics"],
  "AWS::SQS::Queue": ["AWS::SQS::QueuePolicy", "Queues"],
};

const FACTS: readonly StoreFact[] = [
  {
    fact: tableIsRead,
    types: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
    way: {
      service: "dynamodb",
      actions:
        /^dynamodb:(GetItem|BatchGetItem|Query|Scan|GetRecords|ConditionCheckItem|PartiQL\w*|ExportTable\w*|DescribeStream|UpdateItem)$/,
      examples: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:UpdateItem"],
    },
    counts: ({ from }) => from.type !== "AWS::CloudWatch::Alarm",
    settled: (table) => (table.at("KinesisStreamSpecification").isAbsent ? undefined : "its changes go to a stream"),
    failure: "no function that was read reads it, and nothing else in the template does",
  },
  {
    fact: bucketIsUsed,
    types: ["AWS::S3::Bucket"],
    way: {
      service: "s3",
      actions: /^s3:/,
      examples: ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"],
    },
    counts: ({ from }) => from.type !== "AWS::CloudWatch::Alarm",
    settled: (bucket) =>
      ["NotificationConfiguration", "WebsiteConfiguration", "ReplicationConfiguration"].find(
        (path) => !bucket.at(path).isAbsent,
      ),
    failure: "no function that was read uses it, and nothing else in the template does",
  },
  {
    fact: topicHasPublishers,
    types: ["AWS::SNS::Topic"],
    way: { service: "sns", actions: /^sns:Publish$/, examples: ["sns:Publish"] },
    counts: ({ from }) => !/^AWS::SNS::Subscription$/.test(from.type) && !isTrigger(from),
    failure: "no function that was read publishes to it, and nothing else in the template does",
  },
  {
    fact: topicHasSubscribers,
    types: ["AWS::SNS::Topic"],
    way: { service: "sns", actions: /^sns:Subscribe$/, examples: ["sns:Subscribe"] },
    counts: ({ from }) =>
      from.type === "AWS::SNS::Subscription" || isTrigger(from) || /^(Custom|Terraform)::/.test(from.type),
    settled: (topic) => (topic.at("Subscription").isAbsent ? undefined : "the template subscribes to it"),
    failure: "the template has no subscription to it",
  },
  {
    fact: queueHasSenders,
    types: ["AWS::SQS::Queue"],
    way: { service: "sqs", actions: /^sqs:SendMessage$/, examples: ["sqs:SendMessage"] },
    counts: ({ from, path }) =>
      !(from.type === "AWS::Lambda::EventSourceMapping" && path === "EventSourceArn") &&
      from.type !== "AWS::CloudWatch::Alarm" &&
      !(from.type === "AWS::Pipes::Pipe" && path === "Source"),
    failure: "no function that was read sends to it, and nothing else in the template does",
  },
  {
    fact: queueHasConsumers,
    types: ["AWS::SQS::Queue"],
    way: {
      service: "sqs",
      actions: /^sqs:(ReceiveMessage|DeleteMessage|StartMessageMoveTask)$/,
      examples: ["sqs:ReceiveMessage"],
    },
    counts: ({ from, path }) =>
      (from.type === "AWS::Lambda::EventSourceMapping" && path === "EventSourceArn") ||
      (from.type === "AWS::Pipes::Pipe" && path === "Source") ||
      !SENDERS.test(from.type),
    // Dead letters wait for people.
    settled: (queue, { mentions }) =>
      mentions
        .of(queue)
        .some(({ path }) => /RedrivePolicy|DeadLetter|OnFailure|DestinationConfig|deadLetterTarget/i.test(path))
        ? "it keeps dead letters for people"
        : undefined,
    failure: "no function that was read takes from it, and nothing else in the template does",
  },
];

/** What only sends to a queue that it names. */
const SENDERS =
  /^AWS::(SNS::Subscription|SNS::Topic|S3::Bucket|Events::Rule|Scheduler::Schedule|Pipes::Pipe|ApiGateway::\w+|ApiGatewayV2::\w+|CloudWatch::Alarm|Lambda::Permission|IoT::TopicRule|SES::\w+|Lambda::Function)$/;

function isTrigger({ type }: Resource): boolean {
  return type === "AWS::Lambda::Permission" || type === "AWS::Lambda::EventSourceMapping";
}

export function judgeStores(around: Around): readonly Finding[] {
  return FACTS.flatMap((one) => around.graph.ofType(...one.types).map((resource) => judgeStore(one, resource, around)));
}

function judgeStore(one: StoreFact, resource: Resource, around: Around): Finding {
  const { fact, way, counts, failure } = one;
  const about = { rule: fact, resource, position: positionOf(resource.spot) };
  const why = usedBy(one, resource, around);
  if (why !== undefined) return { ...about, kind: "pass", because: why };
  const [mention] = around.mentions.usesOf(resource).filter((used) => counts(used, resource));
  if (mention) return { ...about, kind: "pass", because: `${mention.from.name} names it (${mention.path})` };
  const use = codeUse(resource, way, around.functions, around);
  if (use.kind === "used") return { ...about, kind: "pass", because: `${use.by} does` };
  if (use.kind === "unused") return missing(around, about, failure);
  const { because, spot, steps } = use.doubt;
  return { ...about, kind: "unknown", because, position: positionOf(spot), ...(steps.length > 0 ? { steps } : {}) };
}

/** No use was found; a definition that is not here may hold one. */
export function missing(
  { written: { unread } }: Around,
  about: Pick<Finding, "rule" | "resource" | "position">,
  failure: string,
): Finding {
  if (unread === undefined) return { ...about, kind: "fail", because: failure };
  const because = `${failure}, but what ${unread === "?" ? "a definition elsewhere" : unread} holds is not known`;
  return { ...about, kind: "unknown", because };
}

/** What settles it before any code is looked at. */
function usedBy({ settled }: StoreFact, resource: Resource, around: Around): string | undefined {
  const own = settled?.(resource, around);
  if (own !== undefined) return own;
  if (around.isExported(resource)) return "an output hands it to others";
  // Of topics and queues the text does not say which way: a trigger of SAM names them as well.
  const file = isTold.test(resource.type) ? undefined : around.written.of(resource);
  if (file !== undefined) return `${file} names it`;
  const [type, path] = isPolicyOf[resource.type] ?? [];
  if (type === undefined || path === undefined) return undefined;
  const { sure, maybe } = around.graph.attached(resource, type, path);
  return [...sure, ...maybe].some((policy) => letsOthers(policy, around.graph))
    ? "its policy lets others use it"
    : undefined;
}

/** A service, another account, or anyone: not only roles of the same template. */
function letsOthers(policy: Resource, graph: Graph): boolean {
  const document = policyDocument(policy.at("PolicyDocument"));
  if (document.open !== undefined) return true;
  return document.statements.some((statement) => {
    if (statement.isAllow().outcome === "fail") return false;
    const principals = statement.principals;
    return (
      principals.length === 0 ||
      principals.some(({ type, who }) => type !== "AWS" || graph.target(who)?.type !== "AWS::IAM::Role")
    );
  });
}
