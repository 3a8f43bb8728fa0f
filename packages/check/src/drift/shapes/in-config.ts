/**
 * What AWS Config says under `configuration` where it has words of its own, and what it leaves out: the absence of that says
 * nothing. After https://github.com/awslabs/aws-config-resource-schema (config/properties/resource-types).
 */
import { ownEntry } from "../../source/own-entry.ts";
import { textAt } from "../live-value.ts";
import { COMPUTE_SHAPES } from "./compute.ts";
import { IDENTITY_IN_CONFIG } from "./identity.ts";
import { MESSAGING_SHAPES } from "./messaging.ts";
import { document, filled, onWhen, policyPart, type Shape } from "./shape.ts";
import { encryptionRules, logging, STORAGE_SHAPES, TABLE_FIELDS } from "./storage.ts";

/** What belongs to a bucket is kept beside it. */
const BUCKET: Shape = {
  type: "AWS::S3::Bucket",
  at: "",
  needs: [],
  identifiers: ["name"],
  fields: {
    "BucketEncryption.ServerSideEncryptionConfiguration": ["ServerSideEncryptionConfiguration.rules", encryptionRules],
    PublicAccessBlockConfiguration: "PublicAccessBlockConfiguration",
    LoggingConfiguration: ["BucketLoggingConfiguration", logging],
    ObjectLockEnabled: ["ObjectLockConfiguration.objectLockEnabled", onWhen("Enabled")],
    "VersioningConfiguration.Status": [
      "BucketVersioningConfiguration.status",
      (value) => (value.kind === "scalar" && value.value === "Off" ? undefined : value),
    ],
  },
  parts: [policyPart("AWS::S3::BucketPolicy", "BucketPolicy", "Bucket", false)],
};

const TABLE: Shape = {
  type: "AWS::DynamoDB::Table",
  at: "",
  needs: ["tableName", "keySchema"],
  identifiers: ["tableName", "tableArn", "latestStreamArn"],
  fields: {
    ...TABLE_FIELDS,
    "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": [
      "ContinuousBackupsDescription.pointInTimeRecoveryDescription.pointInTimeRecoveryStatus",
      onWhen("ENABLED"),
    ],
  },
};

const KEY: Shape = {
  type: "AWS::KMS::Key",
  at: "",
  needs: ["keyId", "keyManager"],
  identifiers: ["keyId", "arn"],
  isAwsOwned: (key) => textAt(key, "keyManager") === "AWS",
  fields: {
    Description: ["description", filled],
    Enabled: "enabled",
    KeyUsage: "keyUsage",
    KeySpec: "customerMasterKeySpec",
    EnableKeyRotation: "KeyRotationStatus",
    KeyPolicy: ["Policy", document],
  },
};

const OWN: readonly Shape[] = [BUCKET, TABLE, KEY, ...IDENTITY_IN_CONFIG];
const OTHERS: readonly Shape[] = [...STORAGE_SHAPES, ...COMPUTE_SHAPES, ...MESSAGING_SHAPES];

/** Where Config's vocabulary is the API's: any shape of the type that names what it needs. */
export function configShapes(type: string): readonly Shape[] {
  const own = OWN.filter((shape) => shape.type === type);
  return own.length > 0 ? own : OTHERS.filter((shape) => shape.type === type).map((shape) => ({ ...shape, at: "" }));
}

const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::RestApi": ["Policy", "DisableExecuteApiEndpoint"],
  "AWS::ApiGateway::Stage": ["MethodSettings", "Variables"],
  "AWS::CloudTrail::Trail": ["IsLogging"],
  "AWS::DynamoDB::Table": ["DeletionProtectionEnabled", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"],
  "AWS::ECR::Repository": ["EncryptionConfiguration.EncryptionType", "EncryptionConfiguration.KmsKey"],
  "AWS::KMS::Key": ["KeyPolicy", "EnableKeyRotation"],
  "AWS::Lambda::Function": ["Environment.Variables", "CodeSigningConfigArn"],
  "AWS::RDS::DBInstance": ["DeletionProtection"],
  "AWS::SNS::Topic": ["FifoTopic", "ContentBasedDeduplication", "SignatureVersion", "TracingConfig"],
  "AWS::SQS::Queue": ["RedrivePolicy", "RedriveAllowPolicy"],
};

/** What an item of the type shows: all of its shape but what Config leaves out, unless it is there. */
export function shownInConfig(
  type: string,
  shows: ReadonlySet<string>,
  has: (path: string) => boolean,
): ReadonlySet<string> {
  const leftOut = new Set(ownEntry(LEFT_OUT, type));
  return new Set([...shows].filter((path) => !leftOut.has(path) || has(path)));
}
