/** SQS, SNS, CloudTrail, CloudWatch Logs, KMS. Names: the API references of each, as `aws … get-…` prints them. */
import { scalar, type Value } from "../../graph/value.ts";
import { textAt } from "../live-value.ts";
import { document, filled, policyPart, type Change, type Field, type Shape } from "./shape.ts";

/** The attributes of queues and topics are all texts. */
const number: Change = (value) => scalar(value.kind === "scalar" ? Number(value.value) : null, value.spot);
const truth: Change = (value) => scalar(value.kind === "scalar" && String(value.value) === "true", value.spot);

const QUEUE_FIELDS: Readonly<Record<string, Field>> = {
  KmsMasterKeyId: ["KmsMasterKeyId", filled],
  KmsDataKeyReusePeriodSeconds: ["KmsDataKeyReusePeriodSeconds", number],
  SqsManagedSseEnabled: ["SqsManagedSseEnabled", truth],
  VisibilityTimeout: ["VisibilityTimeout", number],
  MessageRetentionPeriod: ["MessageRetentionPeriod", number],
  MaximumMessageSize: ["MaximumMessageSize", number],
  DelaySeconds: ["DelaySeconds", number],
  ReceiveMessageWaitTimeSeconds: ["ReceiveMessageWaitTimeSeconds", number],
  RedrivePolicy: ["RedrivePolicy", document],
  RedriveAllowPolicy: ["RedriveAllowPolicy", document],
  FifoQueue: ["FifoQueue", truth],
  ContentBasedDeduplication: ["ContentBasedDeduplication", truth],
};
const QUEUE_PARTS = [policyPart("AWS::SQS::QueuePolicy", "Policy", "Queues", true)];

const TOPIC_FIELDS: Readonly<Record<string, Field>> = {
  KmsMasterKeyId: ["KmsMasterKeyId", filled],
  DisplayName: ["DisplayName", filled],
  FifoTopic: ["FifoTopic", truth],
  ContentBasedDeduplication: ["ContentBasedDeduplication", truth],
  SignatureVersion: "SignatureVersion",
  TracingConfig: "TracingConfig",
};
const TOPIC_PARTS = [policyPart("AWS::SNS::TopicPolicy", "Policy", "Topics", true)];

const isOfAws = (key: Value): boolean => textAt(key, "KeyManager") === "AWS";

export const MESSAGING_SHAPES: readonly Shape[] = [
  {
    type: "AWS::SQS::Queue",
    at: "Attributes",
    needs: ["QueueArn"],
    identifiers: ["QueueArn"],
    fields: QUEUE_FIELDS,
    parts: QUEUE_PARTS,
  },
  {
    type: "AWS::SQS::Queue",
    at: "",
    needs: ["QueueArn"],
    identifiers: ["QueueArn", "QueueUrl", "QueueName"],
    fields: QUEUE_FIELDS,
    parts: QUEUE_PARTS,
  },
  {
    type: "AWS::SNS::Topic",
    at: "Attributes",
    needs: ["TopicArn", "Owner"],
    identifiers: ["TopicArn"],
    fields: TOPIC_FIELDS,
    parts: TOPIC_PARTS,
  },
  {
    type: "AWS::SNS::Topic",
    at: "",
    needs: ["TopicArn", "Owner"],
    identifiers: ["TopicArn"],
    fields: TOPIC_FIELDS,
    parts: TOPIC_PARTS,
  },
  {
    type: "AWS::CloudTrail::Trail",
    at: "trailList[]",
    needs: ["Name", "S3BucketName"],
    identifiers: ["Name", "TrailARN"],
    isList: true,
    fields: {
      S3BucketName: "S3BucketName",
      IncludeGlobalServiceEvents: "IncludeGlobalServiceEvents",
      IsMultiRegionTrail: "IsMultiRegionTrail",
      IsOrganizationTrail: "IsOrganizationTrail",
      EnableLogFileValidation: "LogFileValidationEnabled",
      KMSKeyId: "KmsKeyId",
      CloudWatchLogsLogGroupArn: "CloudWatchLogsLogGroupArn",
      CloudWatchLogsRoleArn: "CloudWatchLogsRoleArn",
      S3KeyPrefix: "S3KeyPrefix",
    },
  },
  {
    type: "AWS::CloudTrail::Trail",
    at: "",
    needs: ["Name", "IsLogging"],
    identifiers: ["Name"],
    fields: { IsLogging: "IsLogging" },
  },
  {
    type: "AWS::Logs::LogGroup",
    at: "logGroups[]",
    needs: ["logGroupName"],
    identifiers: ["logGroupName", "arn", "logGroupArn"],
    isList: true,
    fields: {
      RetentionInDays: "retentionInDays",
      KmsKeyId: "kmsKeyId",
      LogGroupClass: "logGroupClass",
      DeletionProtectionEnabled: "deletionProtectionEnabled",
    },
  },
  {
    type: "AWS::KMS::Key",
    at: "KeyMetadata",
    needs: ["KeyId", "KeyManager"],
    identifiers: ["KeyId", "Arn"],
    isAwsOwned: isOfAws,
    fields: {
      Description: ["Description", filled],
      Enabled: "Enabled",
      KeySpec: "KeySpec",
      KeyUsage: "KeyUsage",
      MultiRegion: "MultiRegion",
    },
  },
  {
    type: "AWS::KMS::Key",
    at: "",
    needs: ["KeyId", "KeyRotationEnabled"],
    identifiers: ["KeyId"],
    fields: { EnableKeyRotation: "KeyRotationEnabled", RotationPeriodInDays: "RotationPeriodInDays" },
  },
  {
    type: "AWS::KMS::Key",
    at: "",
    needs: ["KeyId", "Policy"],
    identifiers: ["KeyId"],
    fields: { KeyPolicy: ["Policy", document] },
  },
];
