/** A Lambda function at the end of the search, with the places of its calls. */
import type { ExternalCall } from "../../code/contract.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Truth } from "../../graph/truth.ts";
import { any, fail } from "../../graph/truth.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import { deliveryStreamIsEncrypted } from "../../rules/kinesis/delivery-stream-is-encrypted.ts";
import { streamIsEncrypted } from "../../rules/kinesis/stream-is-encrypted.ts";
import { bucketAclIsNotPublic } from "../../rules/s3/bucket-acl-is-not-public.ts";
import { bucketIsEncrypted } from "../../rules/s3/bucket-is-encrypted.ts";
import { topicIsEncrypted } from "../../rules/sns/topic-is-encrypted.ts";
import { queueIsEncrypted } from "../../rules/sqs/queue-is-encrypted.ts";
import { bucketPolicyNamesPrincipals } from "../../rules/s3/bucket-policy-names-principals.ts";
import type { Rule } from "../../rules/rule.ts";
import { awsCallsOf } from "./aws-call.ts";
import { entriesOf, entryOf, textOf } from "./code-values.ts";
import type { PhiFactId } from "./facts.ts";
import type { Judged } from "./findings.ts";
import type { PhiSettings } from "./settings.ts";
import { variableOf } from "./resource-of-value.ts";
import { awsSinks } from "./sinks/aws-sinks.ts";
import { logSinks } from "./sinks/log-sinks.ts";
import { machineSinks } from "./sinks/machine-sinks.ts";
import type { Sink, SinkContext } from "./sinks/sink.ts";
import { thirdPartySinks } from "./sinks/third-parties.ts";
import { webSinks } from "./sinks/web-sinks.ts";
import type { Followed, Said, UnitSearch } from "./unit-search.ts";

/** The rules whose verdict says whether a store keeps what it is given encrypted. */
const ENCRYPTED: Readonly<Record<string, Rule>> = {
  "AWS::S3::Bucket": bucketIsEncrypted,
  "AWS::SQS::Queue": queueIsEncrypted,
  "AWS::SNS::Topic": topicIsEncrypted,
  "AWS::Kinesis::Stream": streamIsEncrypted,
  "AWS::KinesisFirehose::DeliveryStream": deliveryStreamIsEncrypted,
};

const SHOWN: readonly PhiFactId[] = [
  "logs",
  "traces",
  "errors",
  "urls",
  "thirdParty",
  "mail",
  "stored",
  "publicStore",
  "files",
  "environment",
  "identifiers",
  "processes",
];

export function judgedFunction(
  followed: Followed,
  search: UnitSearch,
  graph: Graph,
  settings: PhiSettings,
  said: Said,
): Judged {
  const { fn, analysis, reader, insideReader, storedReader, door, handling, event } = followed;
  const context: SinkContext = { graph, fn, settings };
  const isMute = search.permissions.isDeniedEverywhere(fn, "logs:PutLogEvents");
  const outcome = door?.knowsCallers.outcome ?? "pass";
  return {
    subject: fn,
    analysis,
    reader,
    insideReader,
    isInsideSafe: said.isInsideSafe,
    setting: (name) => variableOf(fn, name)?.text(),
    handles: handling?.because ?? event?.way[0]?.text,
    sinksOf: (call) => sinksOf(call, context, search).filter(({ fact }) => !(isMute && fact === "logs")),
    answers: {
      reader: storedReader,
      isOpen: outcome === "fail",
      text: "is answered to callers that are not known",
    },
    shown: door ? [...SHOWN, "answers"] : SHOWN,
  };
}

function sinksOf(call: ExternalCall, context: SinkContext, search: UnitSearch): readonly Sink[] {
  const fn = context.fn as Resource;
  return [
    ...logSinks(call),
    ...thirdPartySinks(call),
    ...webSinks(call, context),
    ...machineSinks(call),
    ...awsSinks(call),
    ...search.writtenBy(call, fn).flatMap(({ access, resource }) => storeSinks(access, resource, context.graph, call)),
  ];
}

function storeSinks(
  access: ReturnType<UnitSearch["writtenBy"]>[number]["access"],
  resource: Resource,
  graph: Graph,
  call: ExternalCall,
): readonly Sink[] {
  const content = [...access.content];
  const sinks: Sink[] = [];
  const encrypted = verdict(ENCRYPTED[resource.type], resource, graph);
  if (encrypted && encrypted.outcome !== "pass" && !isEncryptedByCall(call)) {
    sinks.push({
      fact: "stored",
      values: content,
      text: `is written to ${resource.name}, which is not encrypted`,
      at: resource.spot,
      ...(encrypted.outcome === "unknown" ? { doubt: encrypted.because } : {}),
    });
  }
  if (resource.type === "AWS::S3::Bucket" && (isPublic(resource, graph) || isPublicByCall(call))) {
    sinks.push({
      fact: "publicStore",
      values: content,
      text: `is written to ${resource.name}, which anyone can read`,
      at: resource.spot,
    });
  }
  const exposed = `stands in an attribute or a name at ${resource.name}`;
  if (access.exposed.length > 0) sinks.push({ fact: "identifiers", values: access.exposed, text: exposed });
  const keys = keyValues(access.keys, resource);
  if (keys.length > 0)
    sinks.push({
      fact: "identifiers",
      values: keys,
      text: `is the key of a record in ${resource.name}`,
      onlySingling: true,
    });
  return sinks;
}

/** The value of an item's key attributes; the name of an object as a whole. */
function keyValues(
  values: readonly Parameters<typeof entryOf>[0][],
  resource: Resource,
): readonly Parameters<typeof entryOf>[0][] {
  if (resource.type === "AWS::S3::Bucket") return values;
  const names = new Set(
    resource
      .at("KeySchema")
      .items()
      .flatMap((item) => item.at("AttributeName").text() ?? []),
  );
  return values.flatMap((value) => entriesOf(value).flatMap(([name, entry]) => (names.has(name) ? [entry] : [])));
}

function verdict(rule: Rule | undefined, resource: Resource, graph: Graph): Truth | undefined {
  const answer = rule?.judge(resource, graph);
  return answer === "notApplicable" ? undefined : answer;
}

function isPublic(bucket: Resource, graph: Graph): boolean {
  const block = bucket.at("PublicAccessBlockConfiguration");
  const restricted = block.at("RestrictPublicBuckets").isTrue().outcome === "pass";
  const acl = verdict(bucketAclIsNotPublic, bucket, graph);
  if (acl?.outcome === "fail" && block.at("IgnorePublicAcls").isTrue().outcome !== "pass") return true;
  return graph.attached(bucket, "AWS::S3::BucketPolicy", "Bucket").sure.some((policy) => {
    if (restricted || verdict(bucketPolicyNamesPrincipals, policy, graph)?.outcome !== "fail") return false;
    const reads = policyDocument(policy.at("PolicyDocument")).someAllow((statement) =>
      statement.hasAnyonePrincipal().outcome === "pass" && statement.conditions.length === 0
        ? any(statement.coversAction("s3:GetObject"))
        : fail("not anyone"),
    );
    return reads.outcome === "pass";
  });
}

function isPublicByCall(call: ExternalCall): boolean {
  return awsCallsOf(call).some(({ parameters }) => textOf(entryOf(parameters, "ACL"))?.startsWith("public-read"));
}

function isEncryptedByCall(call: ExternalCall): boolean {
  return awsCallsOf(call).some(({ parameters }) => entryOf(parameters, "ServerSideEncryption") !== undefined);
}
