/**
 * What keys of the customer's own ask for: who reads or writes what is encrypted with one must be allowed to use the key,
 * as the service asks KMS in the caller's name. With a key of AWS's (`alias/aws/…`) nothing is needed, as that key's policy
 * lets in everyone of the account. Which operation asks KMS for what, from the services' pages on encryption and from
 * their forward access sessions: S3 UsingKMSEncryption.html, DynamoDB encryption.howitworks.html, SQS and SNS
 * sqs-key-management.html and sns-key-management.html, Kinesis server-side-encryption, Secrets Manager
 * security-encryption.html, Systems Manager kms-parameter-store.html, Step Functions encryption-at-rest.html.
 */
import type { Resource } from "../../../graph/resource.ts";
import { ownEntry } from "../../../source/own-entry.ts";
import { serviceOfAction, type Need } from "../actions/need.ts";
import type { Stack } from "../resources/stack.ts";
import { ACCOUNT, covers, REGION } from "../resources/symbol.ts";

interface Encrypted {
  readonly type: string;
  /** Properties that name the key. */
  readonly keys: readonly string[];
  /** What makes these count. */
  readonly applies?: (resource: Resource) => boolean;
}

const ENCRYPTED: Readonly<Record<string, readonly Encrypted[]>> = {
  s3: [
    {
      type: "AWS::S3::Bucket",
      keys: ["BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID"],
    },
  ],
  dynamodb: [
    {
      type: "AWS::DynamoDB::Table",
      keys: [
        "SSESpecification.KMSMasterKeyId",
        "SSESpecification.KmsKeyArn",
        "ServerSideEncryption.KmsKeyArn",
        "SSESpecification.KMSMasterKeyID",
      ],
    },
    { type: "AWS::DynamoDB::GlobalTable", keys: ["Replicas[0].SSESpecification.KMSMasterKeyId"] },
  ],
  sqs: [{ type: "AWS::SQS::Queue", keys: ["KmsMasterKeyId"] }],
  sns: [{ type: "AWS::SNS::Topic", keys: ["KmsMasterKeyId"] }],
  kinesis: [{ type: "AWS::Kinesis::Stream", keys: ["StreamEncryption.KeyId"] }],
  secretsmanager: [{ type: "AWS::SecretsManager::Secret", keys: ["KmsKeyId"] }],
  ssm: [{ type: "AWS::SSM::Parameter", keys: ["KeyId", "KmsKeyId"] }],
  states: [{ type: "AWS::StepFunctions::StateMachine", keys: ["EncryptionConfiguration.KmsKeyId"] }],
};

const DECRYPT = ["kms:Decrypt"];
const MAKE = ["kms:GenerateDataKey"];
const BOTH = ["kms:GenerateDataKey", "kms:Decrypt"];

const ASKED: Readonly<Record<string, readonly string[]>> = {
  "s3:GetObject": DECRYPT,
  "s3:GetObjectVersion": DECRYPT,
  "s3:PutObject": MAKE,
  "dynamodb:BatchGetItem": DECRYPT,
  "dynamodb:BatchWriteItem": DECRYPT,
  "dynamodb:ConditionCheckItem": DECRYPT,
  "dynamodb:DeleteItem": DECRYPT,
  "dynamodb:GetItem": DECRYPT,
  "dynamodb:GetRecords": DECRYPT,
  "dynamodb:PartiQLDelete": DECRYPT,
  "dynamodb:PartiQLInsert": DECRYPT,
  "dynamodb:PartiQLSelect": DECRYPT,
  "dynamodb:PartiQLUpdate": DECRYPT,
  "dynamodb:PutItem": DECRYPT,
  "dynamodb:Query": DECRYPT,
  "dynamodb:Scan": DECRYPT,
  "dynamodb:UpdateItem": DECRYPT,
  "sqs:ReceiveMessage": DECRYPT,
  "sqs:SendMessage": BOTH,
  "sns:Publish": BOTH,
  "kinesis:GetRecords": DECRYPT,
  "kinesis:SubscribeToShard": DECRYPT,
  "kinesis:PutRecord": MAKE,
  "kinesis:PutRecords": MAKE,
  "secretsmanager:CreateSecret": BOTH,
  "secretsmanager:GetSecretValue": DECRYPT,
  "secretsmanager:PutSecretValue": BOTH,
  "secretsmanager:UpdateSecret": BOTH,
  "ssm:GetParameter": DECRYPT,
  "ssm:GetParameterHistory": DECRYPT,
  "ssm:GetParameters": DECRYPT,
  "ssm:GetParametersByPath": DECRYPT,
  "ssm:PutParameter": ["kms:Encrypt"],
  "states:StartExecution": BOTH,
  "states:StartSyncExecution": BOTH,
};

/** Uploads in parts read the key of the first part again. */
const IN_PARTS = /^(CreateMultipartUpload|UploadPart|UploadPartCopy|CompleteMultipartUpload)$/;

export function needsOfKeys(needs: readonly Need[], stack: Stack): readonly Need[] {
  return needs.flatMap((need) => {
    const asked = ownEntry(ASKED, need.action);
    if (!asked) return [];
    const kinds = ownEntry(ENCRYPTED, serviceOfAction(need.action)) ?? [];
    const actions = need.action === "s3:PutObject" && IN_PARTS.test(need.operation ?? "") ? BOTH : asked;
    return kinds.flatMap((kind) =>
      stack.everywhere(kind.type).flatMap((resource) => {
        if (!need.resources.some((text) => isAbout(text, resource, stack))) return [];
        return actions.flatMap((action) =>
          keysOf(resource, kind, stack).map((key) => keyNeed(action, key, resource, need)),
        );
      }),
    );
  });
}

function keyNeed(action: string, key: string, resource: Resource, { because, open }: Need): Need {
  const text = `${because.text}, and ${resource.name} is encrypted with a key of your own`;
  return { action, resources: [key], because: { ...because, text }, ...(open === undefined ? {} : { open }) };
}

/** Whether the text names the resource, or something of it: an object, an index, a stream. */
function isAbout(text: string, resource: Resource, stack: Stack): boolean {
  const arn = stack.arnOf(resource);
  if (text === arn || text.startsWith(`${arn}/`)) return true;
  // What a run decides is not sought in other stacks.
  if (stack.isAbroad(resource)) return false;
  return text !== "*" && text.includes("*") && (covers(text, arn) === "yes" || covers(text, `${arn}/*`) === "yes");
}

/** ARNs of the keys of the customer's own that it may be encrypted with. */
function keysOf(resource: Resource, { keys, applies }: Encrypted, stack: Stack): readonly string[] {
  if (applies && !applies(resource)) return [];
  const named = keys.find((path) => !resource.at(path).isAbsent);
  return named === undefined ? [] : stack.symbolsOf(resource, named).flatMap((text) => keyArn(text, stack));
}

export function keyArn(text: string, stack: Stack): readonly string[] {
  if (text === "" || /alias\/aws\//.test(text)) return [];
  const alias = /(?:^|:)(alias\/.+)$/.exec(text)?.[1];
  if (alias !== undefined) {
    const known = stack.graph.ofType("AWS::KMS::Alias").find((one) => stack.nameOf(one) === alias);
    const [target] = known ? stack.symbols(known.at("TargetKeyId").value) : [];
    return target === undefined ? [`arn:aws:kms:${REGION}:${ACCOUNT}:key/*`] : keyArn(target, stack);
  }
  return [text.startsWith("arn:") || text.includes("${?") ? text : `arn:aws:kms:${REGION}:${ACCOUNT}:key/${text}`];
}
