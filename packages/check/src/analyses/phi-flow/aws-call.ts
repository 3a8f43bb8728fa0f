/**
 * Calls of the AWS SDK, versions 2 and 3, as operations with their parameters: `client.send(new PutCommand(x))`,
 * `ddb.putItem(x)`, `new Upload({ params: x }).done()`, `paginateQuery(config, x)` and `documentClient.put(x).promise()` are
 * all an operation and `x`.
 */
import type { CodeValue, ExternalCall } from "../../code/contract.ts";
import { optionsOf } from "./code-values.ts";
import { lineagesOf } from "./lineage.ts";
import { entryOf } from "./code-values.ts";
import { ownEntry } from "../../source/own-entry.ts";

export interface AwsCall {
  /** As the SDK's package says it: `s3`, `dynamodb`, `sqs`, `eventbridge`. */
  readonly service: string;
  /** `PutItem`, `GetObject`: the API's own name. */
  readonly operation: string;
  readonly parameters: CodeValue | undefined;
}

/** Document clients say shorter names for the same operations. */
const DOCUMENT_OPERATIONS: Readonly<Record<string, string>> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  BatchGet: "BatchGetItem",
  BatchWrite: "BatchWriteItem",
  TransactGet: "TransactGetItems",
  TransactWrite: "TransactWriteItems",
};

/** Version 2 names classes where version 3 names packages. */
const OLD_CLASSES: Readonly<Record<string, string>> = {
  CloudWatchLogs: "cloudwatch-logs",
  ComprehendMedical: "comprehendmedical",
  DynamoDB: "dynamodb",
  EventBridge: "eventbridge",
  Firehose: "firehose",
  HealthLake: "healthlake",
  IotData: "iot-data-plane",
  Kinesis: "kinesis",
  Lambda: "lambda",
  Pinpoint: "pinpoint",
  S3: "s3",
  SES: "ses",
  SESV2: "sesv2",
  SNS: "sns",
  SQS: "sqs",
  SSM: "ssm",
  StepFunctions: "sfn",
  CloudWatch: "cloudwatch",
  XRay: "xray",
  KMS: "kms",
};

const SERVICES: Readonly<Record<string, string>> = { "cloudwatch-events": "eventbridge" };

const known = new WeakMap<ExternalCall, readonly AwsCall[]>();

/** Every operation that the call may be; none where it is no call of the SDK that reaches a service. */
export function awsCallsOf(call: ExternalCall): readonly AwsCall[] {
  let found = known.get(call);
  if (!found) known.set(call, (found = findAwsCalls(call)));
  return found;
}

function findAwsCalls(call: ExternalCall): readonly AwsCall[] {
  const found: AwsCall[] = [];
  for (const { module, members, calls } of lineagesOf(call.callee)) {
    if (module === "aws-sdk" || module.startsWith("aws-sdk/")) found.push(...oldCall(module, members, call));
    else if (module.startsWith("@aws-sdk/lib-storage")) {
      const upload = calls.findLast(({ kind }) => kind === "new");
      if (call.name === "done")
        found.push({ service: "s3", operation: "PutObject", parameters: entryOf(upload?.args[0], "params") });
    } else if (module.startsWith("@aws-sdk/client-") || module === "@aws-sdk/lib-dynamodb") {
      found.push(...newCall(module, call));
    }
  }
  return found;
}

function newCall(module: string, call: ExternalCall): readonly AwsCall[] {
  if (call.kind !== "call") return [];
  if (call.name === "send") return optionsOf(call.args[0]).flatMap(commandOf);
  const service = serviceOf(module);
  const pages = /^paginate([A-Z]\w*)$/.exec(call.name)?.[1];
  if (pages !== undefined) return [{ service, operation: named(service, pages), parameters: call.args[1] }];
  const isMethod =
    call.receiver !== undefined && /^[a-z]\w+$/.test(call.name) && !/^(?:from|destroy|use|add)$/.test(call.name);
  if (!isMethod) return [];
  return [{ service, operation: named(service, capitalized(call.name)), parameters: call.args[0] }];
}

/** `new GetCommand(parameters)`. */
function commandOf(value: CodeValue): readonly AwsCall[] {
  if (value.kind !== "instance") return [];
  return lineagesOf(value.of).flatMap(({ module, members }) => {
    const operation = /^(\w+)Command$/.exec(members.at(-1) ?? "")?.[1];
    if (operation === undefined) return [];
    const service = serviceOf(module);
    return [{ service, operation: named(service, operation), parameters: value.args[0] }];
  });
}

function oldCall(module: string, members: readonly string[], call: ExternalCall): readonly AwsCall[] {
  const path = module.startsWith("aws-sdk/clients/") ? [module.slice("aws-sdk/clients/".length), ...members] : members;
  const at = path.findIndex((member) => oldService(member) !== undefined);
  const service = oldService(path[at] ?? "");
  const last = path.at(-1) ?? "";
  // `.promise()` and `.send()` belong to the request that the operation made.
  if (service === undefined || call.kind !== "call" || !/^[a-z]\w*$/.test(last) || at === path.length - 1) return [];
  if (/^(?:promise|send|on|eachPage|createReadStream)$/.test(last)) return [];
  const operation = last === "upload" ? "PutObject" : named(service, capitalized(last));
  return [{ service, operation, parameters: call.args[0] }];
}

function oldService(member: string): string | undefined {
  const exact = ownEntry(OLD_CLASSES, member);
  if (exact !== undefined) return exact;
  const key = Object.keys(OLD_CLASSES).find((name) => name.toLowerCase() === member && member.length > 2);
  return key === undefined ? undefined : OLD_CLASSES[key];
}

function serviceOf(module: string): string {
  if (module === "@aws-sdk/lib-dynamodb") return "dynamodb";
  const name = (module.split("/")[1] ?? "").replace("client-", "");
  return ownEntry(SERVICES, name) ?? name;
}

function named(service: string, operation: string): string {
  return service === "dynamodb" ? (ownEntry(DOCUMENT_OPERATIONS, operation) ?? operation) : operation;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
