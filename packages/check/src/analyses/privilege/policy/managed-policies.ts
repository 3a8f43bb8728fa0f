/**
 * AWS's own policies that functions are given, as AWS publishes them
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html). One that is not here is said to be
 * unknown. `andMore`: it grants things of other services besides, which are not listed.
 */
import { ownEntry } from "../../../source/own-entry.ts";

export interface ManagedPolicy {
  readonly statements: readonly {
    readonly actions: readonly string[];
    readonly resources?: readonly string[];
    readonly isNotActions?: true;
  }[];
  readonly andMore?: true;
  /** Made for what Lambda itself does for a function of this kind: no excess where the function is one. */
  readonly isFor?: Purpose;
}

export type Purpose =
  "logs" | "network" | "queue" | "table stream" | "stream" | "kafka" | "tracing" | "insights" | "signals";

const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
export const INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
const XRAY = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:GetSamplingStatisticSummaries",
];

const POLICIES: Readonly<Record<string, ManagedPolicy>> = {
  AWSLambdaBasicExecutionRole: { statements: [{ actions: LOGS }], isFor: "logs" },
  AWSLambdaVPCAccessExecutionRole: { statements: [{ actions: [...LOGS, ...INTERFACE_ACTIONS] }], isFor: "network" },
  AWSLambdaENIManagementAccess: { statements: [{ actions: INTERFACE_ACTIONS }], isFor: "network" },
  AWSLambdaSQSQueueExecutionRole: {
    statements: [{ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", ...LOGS] }],
    isFor: "queue",
  },
  AWSLambdaDynamoDBExecutionRole: {
    statements: [
      {
        actions: [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
          ...LOGS,
        ],
      },
    ],
    isFor: "table stream",
  },
  "AWSLambdaInvocation-DynamoDB": {
    statements: [
      {
        actions: [
          "lambda:InvokeFunction",
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
      },
    ],
  },
  AWSLambdaKinesisExecutionRole: {
    statements: [
      {
        actions: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
          "kinesis:ListStreams",
          "kinesis:SubscribeToShard",
          ...LOGS,
        ],
      },
    ],
    isFor: "stream",
  },
  AWSLambdaMSKExecutionRole: {
    statements: [
      {
        actions: [
          "kafka:DescribeCluster",
          "kafka:DescribeClusterV2",
          "kafka:GetBootstrapBrokers",
          "ec2:CreateNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeVpcs",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeSubnets",
          "ec2:DescribeSecurityGroups",
          ...LOGS,
        ],
      },
    ],
    isFor: "kafka",
  },
  AWSLambdaRole: { statements: [{ actions: ["lambda:InvokeFunction"] }] },
  AWSXRayDaemonWriteAccess: { statements: [{ actions: XRAY }], isFor: "tracing" },
  AWSXrayWriteOnlyAccess: { statements: [{ actions: XRAY }], isFor: "tracing" },
  CloudWatchLambdaInsightsExecutionRolePolicy: {
    statements: [
      { actions: ["logs:CreateLogGroup"] },
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: ["arn:aws:logs:*:*:log-group:/aws/lambda-insights:*"],
      },
    ],
    isFor: "insights",
  },
  CloudWatchLambdaApplicationSignalsExecutionRolePolicy: {
    statements: [
      { actions: ["xray:PutTraceSegments"] },
      { actions: LOGS, resources: ["arn:aws:logs:*:*:log-group:/aws/application-signals/data:*"] },
    ],
    isFor: "signals",
  },
  AdministratorAccess: { statements: [{ actions: ["*"] }] },
  PowerUserAccess: {
    statements: [{ actions: ["iam:*", "organizations:*", "account:*"], isNotActions: true }],
    andMore: true,
  },
  AWSAppSyncInvokeFullAccess: {
    statements: [
      { actions: ["appsync:GraphQL", "appsync:GetGraphqlApi", "appsync:ListGraphqlApis", "appsync:ListApiKeys"] },
    ],
  },
  AWSIoTDataAccess: {
    statements: [
      {
        actions: [
          "iot:Connect",
          "iot:Publish",
          "iot:Subscribe",
          "iot:Receive",
          "iot:GetThingShadow",
          "iot:UpdateThingShadow",
          "iot:DeleteThingShadow",
          "iot:ListNamedShadowsForThing",
        ],
      },
    ],
  },
  AmazonAPIGatewayInvokeFullAccess: {
    statements: [
      { actions: ["execute-api:Invoke", "execute-api:ManageConnections"], resources: ["arn:aws:execute-api:*:*:*"] },
    ],
  },
  AmazonElasticFileSystemClientReadWriteAccess: {
    statements: [
      {
        actions: [
          "elasticfilesystem:ClientMount",
          "elasticfilesystem:ClientWrite",
          "elasticfilesystem:DescribeMountTargets",
        ],
      },
    ],
  },
  AmazonElasticFileSystemClientReadOnlyAccess: {
    statements: [{ actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:DescribeMountTargets"] }],
  },
  AmazonElasticFileSystemClientFullAccess: {
    statements: [
      {
        actions: [
          "elasticfilesystem:ClientMount",
          "elasticfilesystem:ClientWrite",
          "elasticfilesystem:ClientRootAccess",
          "elasticfilesystem:DescribeMountTargets",
        ],
      },
    ],
  },
  AmazonDynamoDBReadOnlyAccess: {
    statements: [
      {
        actions: [
          "dynamodb:BatchGetItem",
          "dynamodb:Describe*",
          "dynamodb:List*",
          "dynamodb:GetAbacStatus",
          "dynamodb:GetItem",
          "dynamodb:GetResourcePolicy",
          "dynamodb:Query",
          "dynamodb:Scan",
          "dynamodb:PartiQLSelect",
        ],
      },
    ],
    andMore: true,
  },
  AmazonDynamoDBFullAccess: { statements: [{ actions: ["dynamodb:*", "dax:*"] }], andMore: true },
  AmazonDynamoDBFullAccess_v2: { statements: [{ actions: ["dynamodb:*", "dax:*"] }], andMore: true },
  AmazonS3ReadOnlyAccess: {
    statements: [
      { actions: ["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"] },
    ],
  },
  AmazonS3FullAccess: { statements: [{ actions: ["s3:*", "s3-object-lambda:*"] }] },
  AmazonS3ObjectLambdaExecutionRolePolicy: {
    statements: [{ actions: [...LOGS, "s3-object-lambda:WriteGetObjectResponse"] }],
  },
  AmazonSQSReadOnlyAccess: {
    statements: [
      {
        actions: [
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ListDeadLetterSourceQueues",
          "sqs:ListQueues",
          "sqs:ListMessageMoveTasks",
          "sqs:ListQueueTags",
        ],
      },
    ],
  },
  AmazonSSMReadOnlyAccess: { statements: [{ actions: ["ssm:Describe*", "ssm:Get*", "ssm:List*"] }] },
  AmazonKinesisReadOnlyAccess: { statements: [{ actions: ["kinesis:Get*", "kinesis:List*", "kinesis:Describe*"] }] },
  AmazonSNSReadOnlyAccess: {
    statements: [
      {
        actions: [
          "sns:GetTopicAttributes",
          "sns:List*",
          "sns:CheckIfPhoneNumberIsOptedOut",
          "sns:GetEndpointAttributes",
          "sns:GetDataProtectionPolicy",
          "sns:GetPlatformApplicationAttributes",
          "sns:GetSMSAttributes",
          "sns:GetSMSSandboxAccountStatus",
          "sns:GetSubscriptionAttributes",
        ],
      },
    ],
    andMore: true,
  },
  SecretsManagerReadWrite: {
    statements: [{ actions: ["secretsmanager:*", "kms:DescribeKey", "kms:ListAliases", "kms:ListKeys"] }],
    andMore: true,
  },
  ...fullAccess({
    AWSLambda_FullAccess: ["lambda"],
    AWSStepFunctionsFullAccess: ["states"],
    AWSXrayFullAccess: ["xray"],
    AmazonAthenaFullAccess: ["athena"],
    AmazonBedrockFullAccess: ["bedrock"],
    AmazonBedrockLimitedAccess: ["bedrock"],
    AmazonCognitoPowerUser: ["cognito-identity", "cognito-idp", "cognito-sync"],
    AmazonEventBridgeFullAccess: ["events", "schemas", "scheduler", "pipes"],
    AmazonEventBridgeSchedulerFullAccess: ["scheduler"],
    AmazonHealthLakeFullAccess: ["healthlake"],
    AmazonKinesisFirehoseFullAccess: ["firehose"],
    AmazonKinesisFullAccess: ["kinesis"],
    AmazonPollyFullAccess: ["polly"],
    AmazonRDSDataFullAccess: ["rds-data"],
    AmazonRDSFullAccess: ["rds"],
    AmazonRekognitionFullAccess: ["rekognition"],
    AmazonSESFullAccess: ["ses"],
    AmazonSNSFullAccess: ["sns"],
    AmazonSQSFullAccess: ["sqs"],
    AmazonSSMFullAccess: ["ssm"],
    AmazonSageMakerFullAccess: ["sagemaker"],
    AmazonTextractFullAccess: ["textract"],
    AmazonTimestreamFullAccess: ["timestream"],
    AmazonTranscribeFullAccess: ["transcribe"],
    CloudWatchFullAccess: ["cloudwatch", "logs", "sns"],
    CloudWatchFullAccessV2: ["cloudwatch", "logs", "sns"],
    CloudWatchLogsFullAccess: ["logs"],
    ComprehendFullAccess: ["comprehend"],
    ComprehendMedicalFullAccess: ["comprehendmedical"],
    IAMFullAccess: ["iam"],
    TranslateFullAccess: ["translate"],
  }),
};

/** By its ARN or path: `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`. */
export function managedPolicy(
  arn: string,
): { readonly name: string; readonly policy: ManagedPolicy | undefined } | undefined {
  const path = /^arn:[^:]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  if (path === undefined) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { name, policy: ownEntry(POLICIES, name) };
}

function fullAccess(services: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, ManagedPolicy>> {
  return Object.fromEntries(
    Object.entries(services).map(([name, prefixes]) => [
      name,
      { statements: [{ actions: prefixes.map((prefix) => `${prefix}:*`) }], andMore: true },
    ]),
  );
}
