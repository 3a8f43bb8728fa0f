/** S3, DynamoDB, RDS, EFS, ECR. Names: the API references of each, as `aws … describe-…` prints them. */
import { list, map, type Value } from "../../graph/value.ts";
import { itemsOf, lookUp } from "../live-value.ts";
import { document, each, filled, onWhen, pick, policyPart, type Change, type Field, type Shape } from "./shape.ts";

/** What of a bucket each `get-bucket-…` says. The answers don't name the bucket: it is put beside them. */
const BUCKET = { type: "AWS::S3::Bucket", identifiers: ["Bucket", "BucketName", "Name"] } as const;

export const encryptionRules: Change = (value) =>
  list(
    itemsOf(value).map((rule) => {
      const [applied, key] = [lookUp(rule, "ApplyServerSideEncryptionByDefault"), lookUp(rule, "BucketKeyEnabled")];
      return map(
        [
          ...(applied ? ([["ServerSideEncryptionByDefault", applied]] as const) : []),
          ...(key ? ([["BucketKeyEnabled", key]] as const) : []),
        ],
        rule.spot,
      );
    }),
    value.spot,
  );

export const logging: Change = (value) => {
  const bucket = lookUp(value, "TargetBucket") ?? lookUp(value, "destinationBucketName");
  const prefix = lookUp(value, "TargetPrefix") ?? lookUp(value, "logFilePrefix");
  if (!bucket) return undefined;
  return map(
    [["DestinationBucketName", bucket], ...(prefix ? ([["LogFilePrefix", prefix]] as const) : [])],
    value.spot,
  );
};

const BUCKET_SHAPES: readonly Shape[] = [
  {
    ...BUCKET,
    at: "",
    needs: ["ServerSideEncryptionConfiguration.Rules"],
    fields: {
      "BucketEncryption.ServerSideEncryptionConfiguration": [
        "ServerSideEncryptionConfiguration.Rules",
        encryptionRules,
      ],
    },
  },
  {
    ...BUCKET,
    at: "",
    needs: ["PublicAccessBlockConfiguration"],
    fields: { PublicAccessBlockConfiguration: "PublicAccessBlockConfiguration" },
  },
  { ...BUCKET, at: "", needs: ["LoggingEnabled"], fields: { LoggingConfiguration: ["LoggingEnabled", logging] } },
  {
    ...BUCKET,
    at: "",
    needs: ["ObjectLockConfiguration"],
    fields: {
      ObjectLockEnabled: ["ObjectLockConfiguration.ObjectLockEnabled", onWhen("Enabled")],
      ObjectLockConfiguration: "ObjectLockConfiguration",
    },
  },
  { ...BUCKET, at: "", needs: ["TagSet"], fields: {} },
  {
    ...BUCKET,
    at: "",
    needs: ["Bucket", "Status"],
    fields: { "VersioningConfiguration.Status": "Status" },
  },
  {
    ...BUCKET,
    at: "",
    needs: ["Bucket", "Policy"],
    fields: {},
    parts: [policyPart("AWS::S3::BucketPolicy", "Policy", "Bucket", false)],
  },
  { ...BUCKET, at: "Buckets[]", needs: ["Name"], fields: {}, isList: true },
];

const isOnDemand: Change = (value) =>
  lookUp(value, "ReadCapacityUnits")?.kind === "scalar" ? capacity(value) : undefined;

/** Of a table on demand the API says 0, which nobody writes. */
function capacity(value: Value): Value | undefined {
  const read = lookUp(value, "ReadCapacityUnits");
  const write = lookUp(value, "WriteCapacityUnits");
  if (!read || !write || (read.kind === "scalar" && read.value === 0)) return undefined;
  return map(
    [
      ["ReadCapacityUnits", read],
      ["WriteCapacityUnits", write],
    ],
    value.spot,
  );
}

export const TABLE_FIELDS: Readonly<Record<string, Field>> = {
  KeySchema: ["KeySchema", pick("AttributeName", "KeyType")],
  AttributeDefinitions: ["AttributeDefinitions", pick("AttributeName", "AttributeType")],
  BillingMode: "BillingModeSummary.BillingMode",
  ProvisionedThroughput: ["ProvisionedThroughput", isOnDemand],
  "SSESpecification.SSEEnabled": ["SSEDescription.Status", onWhen("ENABLED", "ENABLING", "UPDATING")],
  "SSESpecification.KMSMasterKeyId": "SSEDescription.KMSMasterKeyArn",
  "SSESpecification.SSEType": "SSEDescription.SSEType",
  "StreamSpecification.StreamViewType": "StreamSpecification.StreamViewType",
  DeletionProtectionEnabled: "DeletionProtectionEnabled",
  TableClass: "TableClassSummary.TableClass",
  GlobalSecondaryIndexes: ["GlobalSecondaryIndexes", pick("IndexName", "KeySchema", "Projection")],
  LocalSecondaryIndexes: ["LocalSecondaryIndexes", pick("IndexName", "KeySchema", "Projection")],
};

const DATABASE_FIELDS: Readonly<Record<string, Field>> = {
  StorageEncrypted: "StorageEncrypted",
  KmsKeyId: "KmsKeyId",
  DeletionProtection: "DeletionProtection",
  BackupRetentionPeriod: "BackupRetentionPeriod",
  CopyTagsToSnapshot: "CopyTagsToSnapshot",
  EnableCloudwatchLogsExports: "EnabledCloudwatchLogsExports",
  EnableIAMDatabaseAuthentication: "IAMDatabaseAuthenticationEnabled",
  Engine: "Engine",
  EngineVersion: "EngineVersion",
  MasterUsername: "MasterUsername",
  MonitoringInterval: "MonitoringInterval",
  PreferredBackupWindow: "PreferredBackupWindow",
  PreferredMaintenanceWindow: "PreferredMaintenanceWindow",
};

export const STORAGE_SHAPES: readonly Shape[] = [
  ...BUCKET_SHAPES,
  {
    type: "AWS::DynamoDB::Table",
    at: "Table",
    needs: ["TableName", "KeySchema"],
    identifiers: ["TableName", "TableArn", "LatestStreamArn"],
    fields: TABLE_FIELDS,
  },
  {
    type: "AWS::DynamoDB::Table",
    at: "",
    needs: ["TableName", "ContinuousBackupsDescription"],
    identifiers: ["TableName"],
    fields: {
      "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": [
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
        onWhen("ENABLED"),
      ],
    },
  },
  {
    type: "AWS::DynamoDB::Table",
    at: "",
    needs: ["TableName", "TimeToLiveDescription"],
    identifiers: ["TableName"],
    fields: {
      "TimeToLiveSpecification.AttributeName": "TimeToLiveDescription.AttributeName",
      "TimeToLiveSpecification.Enabled": ["TimeToLiveDescription.TimeToLiveStatus", onWhen("ENABLED", "ENABLING")],
    },
  },
  {
    type: "AWS::RDS::DBInstance",
    at: "DBInstances[]",
    needs: ["DBInstanceIdentifier", "Engine"],
    identifiers: ["DBInstanceIdentifier", "DBInstanceArn", "DbiResourceId"],
    isList: true,
    fields: {
      ...DATABASE_FIELDS,
      DBInstanceClass: "DBInstanceClass",
      DBName: "DBName",
      AllocatedStorage: "AllocatedStorage",
      StorageType: "StorageType",
      MultiAZ: "MultiAZ",
      PubliclyAccessible: "PubliclyAccessible",
      AutoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
      CACertificateIdentifier: "CACertificateIdentifier",
      EnablePerformanceInsights: "PerformanceInsightsEnabled",
      PerformanceInsightsKMSKeyId: "PerformanceInsightsKMSKeyId",
      DBSubnetGroupName: "DBSubnetGroup.DBSubnetGroupName",
      DBClusterIdentifier: "DBClusterIdentifier",
      VPCSecurityGroups: ["VpcSecurityGroups", each("VpcSecurityGroupId")],
    },
  },
  {
    type: "AWS::RDS::DBCluster",
    at: "DBClusters[]",
    needs: ["DBClusterIdentifier", "Engine"],
    identifiers: ["DBClusterIdentifier", "DBClusterArn", "DbClusterResourceId"],
    isList: true,
    fields: {
      ...DATABASE_FIELDS,
      DatabaseName: "DatabaseName",
      VpcSecurityGroupIds: ["VpcSecurityGroups", each("VpcSecurityGroupId")],
      DBSubnetGroupName: "DBSubnetGroup",
    },
  },
  {
    type: "AWS::EFS::FileSystem",
    at: "FileSystems[]",
    needs: ["FileSystemId"],
    identifiers: ["FileSystemId", "FileSystemArn"],
    isList: true,
    fields: {
      Encrypted: "Encrypted",
      KmsKeyId: "KmsKeyId",
      PerformanceMode: "PerformanceMode",
      ThroughputMode: "ThroughputMode",
    },
  },
  {
    type: "AWS::ECR::Repository",
    at: "repositories[]",
    needs: ["repositoryName", "repositoryArn"],
    identifiers: ["repositoryName", "repositoryArn", "repositoryUri"],
    isList: true,
    fields: {
      ImageTagMutability: "imageTagMutability",
      "ImageScanningConfiguration.ScanOnPush": "imageScanningConfiguration.scanOnPush",
      "EncryptionConfiguration.EncryptionType": "encryptionConfiguration.encryptionType",
      "EncryptionConfiguration.KmsKey": "encryptionConfiguration.kmsKey",
    },
  },
  {
    type: "AWS::SecretsManager::Secret",
    at: "",
    needs: ["ARN", "Name", "VersionIdsToStages"],
    identifiers: ["Name", "ARN"],
    fields: { KmsKeyId: "KmsKeyId", Description: ["Description", filled] },
  },
  {
    type: "AWS::Kinesis::Stream",
    at: "StreamDescriptionSummary",
    needs: ["StreamName"],
    identifiers: ["StreamName", "StreamARN"],
    fields: {
      RetentionPeriodHours: "RetentionPeriodHours",
      "StreamEncryption.EncryptionType": [
        "EncryptionType",
        (value) => (value.kind === "scalar" && value.value === "NONE" ? undefined : value),
      ],
      "StreamEncryption.KeyId": "KeyId",
    },
  },
  {
    type: "AWS::OpenSearchService::Domain",
    at: "DomainStatus",
    needs: ["DomainName", "ARN"],
    identifiers: ["DomainName", "ARN", "DomainId"],
    fields: {
      EncryptionAtRestOptions: "EncryptionAtRestOptions",
      NodeToNodeEncryptionOptions: "NodeToNodeEncryptionOptions",
      DomainEndpointOptions: "DomainEndpointOptions",
      AccessPolicies: ["AccessPolicies", document],
      EngineVersion: "EngineVersion",
    },
  },
];
