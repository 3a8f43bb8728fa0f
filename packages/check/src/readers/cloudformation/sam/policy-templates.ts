/**
 * The policy templates of SAM as actions and the resource that each is about, from the published list
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html).
 * `arn` has the parameters in braces; without one the template grants on `*`.
 */
export interface PolicyTemplate {
  readonly actions: readonly string[];
  readonly arns?: readonly string[];
}

const TABLE = ["arn:aws:dynamodb:*:*:table/{TableName}", "arn:aws:dynamodb:*:*:table/{TableName}/index/*"];
const BUCKET = ["arn:aws:s3:::{BucketName}", "arn:aws:s3:::{BucketName}/*"];
const QUEUE = ["arn:aws:sqs:*:*:{QueueName}"];
const TOPIC = ["arn:aws:sns:*:*:{TopicName}"];
const STREAM = ["arn:aws:kinesis:*:*:stream/{StreamName}"];
const READ_TABLE = ["GetItem", "Scan", "Query", "BatchGetItem", "DescribeTable"];
const READ_BUCKET = ["GetObject", "ListBucket", "GetBucketLocation", "GetObjectVersion", "GetLifecycleConfiguration"];

export const POLICY_TEMPLATES: Readonly<Record<string, PolicyTemplate>> = {
  AWSSecretsManagerGetSecretValuePolicy: of("secretsmanager", ["GetSecretValue"], ["{SecretArn}"]),
  AWSSecretsManagerRotationPolicy: of("secretsmanager", [
    "DescribeSecret",
    "GetSecretValue",
    "PutSecretValue",
    "UpdateSecretVersionStage",
  ]),
  AthenaQueryPolicy: of(
    "athena",
    ["StartQueryExecution", "GetQueryResults", "GetQueryExecution", "StopQueryExecution"],
    ["arn:aws:athena:*:*:workgroup/{WorkGroupName}"],
  ),
  CloudFormationDescribeStacksPolicy: of("cloudformation", ["DescribeStacks"], ["arn:aws:cloudformation:*:*:stack/*"]),
  CloudWatchDashboardPolicy: of("cloudwatch", ["GetDashboard", "ListDashboards", "PutDashboard", "ListMetrics"]),
  CloudWatchDescribeAlarmHistoryPolicy: of("cloudwatch", ["DescribeAlarmHistory"]),
  CloudWatchPutMetricPolicy: of("cloudwatch", ["PutMetricData"]),
  CodeCommitReadPolicy: of(
    "codecommit",
    ["GitPull", "GetBranch", "GetCommit"],
    ["arn:aws:codecommit:*:*:{RepositoryName}"],
  ),
  ComprehendBasicAccessPolicy: of("comprehend", [
    "DetectEntities",
    "DetectKeyPhrases",
    "DetectSentiment",
    "DetectPiiEntities",
  ]),
  CostExplorerReadOnlyPolicy: of("ce", ["Get*"]),
  DynamoDBBackupFullAccessPolicy: of("dynamodb", ["CreateBackup", "DescribeContinuousBackups", "DeleteBackup"], TABLE),
  DynamoDBCrudPolicy: of(
    "dynamodb",
    [...READ_TABLE, "DeleteItem", "PutItem", "UpdateItem", "BatchWriteItem", "ConditionCheckItem"],
    TABLE,
  ),
  DynamoDBReadPolicy: of("dynamodb", READ_TABLE, TABLE),
  DynamoDBReconfigurePolicy: of("dynamodb", ["UpdateTable"], TABLE),
  DynamoDBStreamReadPolicy: of(
    "dynamodb",
    ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"],
    ["arn:aws:dynamodb:*:*:table/{TableName}/stream/{StreamName}"],
  ),
  DynamoDBWritePolicy: of("dynamodb", ["PutItem", "UpdateItem", "BatchWriteItem"], TABLE),
  EC2DescribePolicy: of("ec2", ["DescribeRegions", "DescribeInstances"]),
  EKSDescribePolicy: of("eks", ["DescribeCluster", "ListClusters"], ["arn:aws:eks:*:*:*"]),
  ElasticsearchHttpPostPolicy: of("es", ["ESHttpPost"], ["arn:aws:es:*:*:domain/{DomainName}/*"]),
  EventBridgePutEventsPolicy: of("events", ["PutEvents"], ["arn:aws:events:*:*:event-bus/{EventBusName}"]),
  FirehoseCrudPolicy: of(
    "firehose",
    [
      "CreateDeliveryStream",
      "DeleteDeliveryStream",
      "DescribeDeliveryStream",
      "PutRecord",
      "PutRecordBatch",
      "UpdateDestination",
    ],
    ["arn:aws:firehose:*:*:deliverystream/{DeliveryStreamName}"],
  ),
  FirehoseWritePolicy: of(
    "firehose",
    ["PutRecord", "PutRecordBatch"],
    ["arn:aws:firehose:*:*:deliverystream/{DeliveryStreamName}"],
  ),
  KMSDecryptPolicy: of("kms", ["Decrypt"], ["arn:aws:kms:*:*:key/{KeyId}"]),
  KMSEncryptPolicy: of("kms", ["Encrypt"], ["arn:aws:kms:*:*:key/{KeyId}"]),
  KinesisCrudPolicy: of(
    "kinesis",
    [
      "AddTagsToStream",
      "CreateStream",
      "DeleteStream",
      "DescribeStream",
      "GetRecords",
      "GetShardIterator",
      "ListStreams",
      "PutRecord",
      "PutRecords",
    ],
    STREAM,
  ),
  KinesisStreamReadPolicy: of(
    "kinesis",
    ["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListStreams", "ListShards"],
    STREAM,
  ),
  LambdaInvokePolicy: of("lambda", ["InvokeFunction"], ["arn:aws:lambda:*:*:function:{FunctionName}*"]),
  MobileAnalyticsWriteOnlyAccessPolicy: of("mobileanalytics", ["PutEvents"]),
  PinpointEndpointAccessPolicy: of(
    "mobiletargeting",
    ["GetEndpoint", "UpdateEndpoint", "UpdateEndpointsBatch"],
    ["arn:aws:mobiletargeting:*:*:apps/{PinpointApplicationId}/endpoints/*"],
  ),
  PollyFullAccessPolicy: of("polly", [
    "GetLexicon",
    "DeleteLexicon",
    "DescribeVoices",
    "ListLexicons",
    "PutLexicon",
    "SynthesizeSpeech",
  ]),
  RekognitionDetectOnlyPolicy: of("rekognition", [
    "DetectFaces",
    "DetectLabels",
    "DetectModerationLabels",
    "DetectText",
  ]),
  S3CrudPolicy: of(
    "s3",
    [...READ_BUCKET, "PutObject", "PutObjectAcl", "PutLifecycleConfiguration", "DeleteObject"],
    BUCKET,
  ),
  S3FullAccessPolicy: of(
    "s3",
    [
      ...READ_BUCKET,
      "GetObjectAcl",
      "PutObject",
      "PutObjectAcl",
      "DeleteObject",
      "GetObjectTagging",
      "DeleteObjectTagging",
      "PutObjectTagging",
    ],
    BUCKET,
  ),
  S3ReadPolicy: of("s3", READ_BUCKET, BUCKET),
  S3WritePolicy: of("s3", ["PutObject", "PutObjectAcl", "PutLifecycleConfiguration"], BUCKET),
  SESBulkTemplatedCrudPolicy: of(
    "ses",
    ["SendEmail", "SendRawEmail", "SendTemplatedEmail", "SendBulkTemplatedEmail"],
    ["arn:aws:ses:*:*:identity/{IdentityName}"],
  ),
  SESCrudPolicy: of(
    "ses",
    ["GetIdentityVerificationAttributes", "SendEmail", "SendRawEmail", "VerifyEmailIdentity"],
    ["arn:aws:ses:*:*:identity/{IdentityName}"],
  ),
  SESSendBouncePolicy: of("ses", ["SendBounce"], ["arn:aws:ses:*:*:identity/{IdentityName}"]),
  SNSCrudPolicy: of(
    "sns",
    ["ListSubscriptionsByTopic", "CreateTopic", "SetTopicAttributes", "Subscribe", "Publish"],
    TOPIC,
  ),
  SNSPublishMessagePolicy: of("sns", ["Publish"], TOPIC),
  SQSPollerPolicy: of(
    "sqs",
    ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"],
    QUEUE,
  ),
  SQSSendMessagePolicy: of("sqs", ["SendMessage*"], QUEUE),
  SSMParameterReadPolicy: of(
    "ssm",
    ["DescribeParameters", "GetParameters", "GetParameter", "GetParametersByPath"],
    ["arn:aws:ssm:*:*:parameter/{ParameterName}"],
  ),
  SSMParameterWithSlashPrefixReadPolicy: of(
    "ssm",
    ["DescribeParameters", "GetParameters", "GetParameter", "GetParametersByPath"],
    ["arn:aws:ssm:*:*:parameter{ParameterName}"],
  ),
  StepFunctionsExecutionPolicy: of(
    "states",
    ["StartExecution"],
    ["arn:aws:states:*:*:stateMachine:{StateMachineName}"],
  ),
  StepFunctionsCallbackPolicy: of(
    "states",
    ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"],
    ["arn:aws:states:*:*:stateMachine:{StateMachineName}"],
  ),
  TextractDetectAnalyzePolicy: of("textract", [
    "DetectDocumentText",
    "AnalyzeDocument",
    "StartDocumentTextDetection",
    "StartDocumentAnalysis",
  ]),
  TextractPolicy: of("textract", ["*"]),
  VPCAccessPolicy: of("ec2", [
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DetachNetworkInterface",
  ]),
};

function of(service: string, actions: readonly string[], arns?: readonly string[]): PolicyTemplate {
  const prefixed = actions.map((action) => `${service}:${action}`);
  return arns ? { actions: prefixed, arns } : { actions: prefixed };
}
