/**
 * What AWS does where a template says nothing: a property that is absent equals its default. Each table stands under the
 * page that says so; a list's items have no index in a path. Only properties with a line here are compared where the
 * template does not set them, since of the others nobody decided anything.
 */
import { ownEntry } from "../source/own-entry.ts";

type Default = string | number | boolean | readonly [];

const TABLES: Readonly<Record<string, Readonly<Record<string, Default>>>> = {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html (since January 2023)
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html (blocked since April 2023)
  "AWS::S3::Bucket": {
    "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm": "AES256",
    "BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled": false,
    "PublicAccessBlockConfiguration.BlockPublicAcls": true,
    "PublicAccessBlockConfiguration.BlockPublicPolicy": true,
    "PublicAccessBlockConfiguration.IgnorePublicAcls": true,
    "PublicAccessBlockConfiguration.RestrictPublicBuckets": true,
    ObjectLockEnabled: false,
    "VersioningConfiguration.Status": "Suspended",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
  "AWS::Lambda::Function": {
    MemorySize: 128,
    Timeout: 3,
    PackageType: "Zip",
    Architectures: "x86_64",
    "TracingConfig.Mode": "PassThrough",
    "EphemeralStorage.Size": 512,
    Layers: [],
    FileSystemConfigs: [],
    "Environment.Variables": [],
    "VpcConfig.SubnetIds": [],
    "VpcConfig.SecurityGroupIds": [],
    KmsKeyArn: "",
    "DeadLetterConfig.TargetArn": "",
    CodeSigningConfigArn: "",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
  "AWS::DynamoDB::Table": {
    BillingMode: "PROVISIONED",
    "SSESpecification.SSEEnabled": false,
    "SSESpecification.SSEType": "KMS",
    "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": false,
    "TimeToLiveSpecification.Enabled": false,
    DeletionProtectionEnabled: false,
    TableClass: "STANDARD",
    "StreamSpecification.StreamViewType": "",
    GlobalSecondaryIndexes: [],
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
  "AWS::SQS::Queue": {
    VisibilityTimeout: 30,
    MessageRetentionPeriod: 345_600,
    MaximumMessageSize: 262_144,
    DelaySeconds: 0,
    ReceiveMessageWaitTimeSeconds: 0,
    KmsDataKeyReusePeriodSeconds: 300,
    KmsMasterKeyId: "",
    FifoQueue: false,
    ContentBasedDeduplication: false,
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
  "AWS::SNS::Topic": {
    KmsMasterKeyId: "",
    FifoTopic: false,
    ContentBasedDeduplication: false,
    SignatureVersion: "1",
    TracingConfig: "PassThrough",
    DisplayName: "",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
  "AWS::RDS::DBInstance": {
    StorageEncrypted: false,
    DeletionProtection: false,
    BackupRetentionPeriod: 1,
    CopyTagsToSnapshot: false,
    AutoMinorVersionUpgrade: true,
    EnableIAMDatabaseAuthentication: false,
    EnablePerformanceInsights: false,
    EnableCloudwatchLogsExports: [],
    MonitoringInterval: 0,
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html
  "AWS::RDS::DBCluster": {
    StorageEncrypted: false,
    DeletionProtection: false,
    BackupRetentionPeriod: 1,
    CopyTagsToSnapshot: false,
    EnableIAMDatabaseAuthentication: false,
    EnableCloudwatchLogsExports: [],
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
  "AWS::IAM::Role": { MaxSessionDuration: 3600, Policies: [], ManagedPolicyArns: [], PermissionsBoundary: "" },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
  "AWS::EC2::SecurityGroup": { SecurityGroupIngress: [] },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
  "AWS::KMS::Key": {
    Enabled: true,
    EnableKeyRotation: false,
    RotationPeriodInDays: 365,
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyUsage: "ENCRYPT_DECRYPT",
    MultiRegion: false,
    Description: "",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
  "AWS::ApiGateway::RestApi": { DisableExecuteApiEndpoint: false, ApiKeySourceType: "HEADER", Policy: "" },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
  "AWS::ApiGateway::Stage": {
    TracingEnabled: false,
    CacheClusterEnabled: false,
    ClientCertificateId: "",
    "AccessLogSetting.DestinationArn": "",
    "MethodSettings.DataTraceEnabled": false,
    "MethodSettings.MetricsEnabled": false,
    "MethodSettings.CachingEnabled": false,
    "MethodSettings.CacheDataEncrypted": false,
    "MethodSettings.LoggingLevel": "OFF",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
  "AWS::CloudTrail::Trail": {
    IncludeGlobalServiceEvents: false,
    IsMultiRegionTrail: false,
    IsOrganizationTrail: false,
    EnableLogFileValidation: false,
    KMSKeyId: "",
    CloudWatchLogsLogGroupArn: "",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
  "AWS::Logs::LogGroup": {
    RetentionInDays: "",
    KmsKeyId: "",
    LogGroupClass: "STANDARD",
    DeletionProtectionEnabled: false,
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
  "AWS::EFS::FileSystem": { Encrypted: false, PerformanceMode: "generalPurpose", ThroughputMode: "bursting" },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
  "AWS::ECR::Repository": {
    ImageTagMutability: "MUTABLE",
    "ImageScanningConfiguration.ScanOnPush": false,
    "EncryptionConfiguration.EncryptionType": "AES256",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html
  "AWS::Kinesis::Stream": { RetentionPeriodHours: 24 },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
  "AWS::StepFunctions::StateMachine": {
    StateMachineType: "STANDARD",
    "TracingConfiguration.Enabled": false,
    "LoggingConfiguration.Level": "OFF",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
  "AWS::Events::Rule": { State: "ENABLED" },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
  "AWS::ElasticLoadBalancingV2::LoadBalancer": {
    Scheme: "internet-facing",
    Type: "application",
    IpAddressType: "ipv4",
  },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
  "AWS::Cognito::UserPool": { MfaConfiguration: "OFF", DeletionProtection: "INACTIVE" },
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
  "AWS::Lambda::EventSourceMapping": { Enabled: true },
};

/** Undefined where nothing is known of the property's absence; `""` and `[]` where absence itself is the default. */
export function defaultOf(type: string, path: string): Default | undefined {
  const table = ownEntry(TABLES, type);
  return table && ownEntry(table, path.replaceAll(/\[\d+\]/g, ""));
}

/** Paths below a property that have a default. */
export function defaultsBelow(type: string, path: string): readonly (readonly [path: string, value: Default])[] {
  const table = ownEntry(TABLES, type) ?? {};
  return Object.entries(table).filter(([key]) => path === "" || key.startsWith(`${path}.`));
}

/** What a template never gets back, or what is of no account for whether it runs as it is written. */
export function isIncomparable(type: string, path: string): boolean {
  return (ownEntry(INCOMPARABLE, type) ?? []).some((one) => path === one || path.startsWith(`${one}.`));
}

const INCOMPARABLE: Readonly<Record<string, readonly string[]>> = {
  // A template names where code comes from, the account what it became.
  "AWS::Lambda::Function": ["Code", "RuntimeManagementConfig"],
  "AWS::RDS::DBInstance": ["MasterUserPassword", "SourceDBInstanceIdentifier", "DBSnapshotIdentifier"],
  "AWS::RDS::DBCluster": ["MasterUserPassword", "SnapshotIdentifier"],
  "AWS::SecretsManager::Secret": ["SecretString", "GenerateSecretString"],
  "AWS::ApiGateway::RestApi": ["Body", "BodyS3Location"],
  "AWS::KMS::Key": ["PendingWindowInDays", "BypassPolicyLockoutSafetyCheck"],
  "AWS::DynamoDB::Table": ["ImportSourceSpecification"],
  "AWS::ApiGateway::Stage": ["DeploymentId"],
};
