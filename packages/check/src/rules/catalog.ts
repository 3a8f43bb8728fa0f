/**
 * Which folder of rules speaks about which resource types, so that a run loads only what the input needs: two hundred
 * files take longer to load than to run. A test holds every rule's types against its folder's line.
 */
import type { Rule } from "./rule.ts";

export interface RuleFolder {
  readonly folder: string;
  /** Types, or beginnings of types that end in `::`. */
  readonly types: readonly string[];
  readonly load: () => Promise<Readonly<Record<string, Rule>>>;
}

export const RULE_FOLDERS: readonly RuleFolder[] = [
  // what our own deployments need of Kubernetes
  { folder: "kubernetes", types: ["Kubernetes::"], load: async () => await import("./kubernetes/index.ts") },
  // S3 buckets and access points
  { folder: "s3", types: ["AWS::S3::"], load: async () => await import("./s3/index.ts") },
  // Lambda functions, their URLs, permissions and event sources
  { folder: "lambda", types: ["AWS::Lambda::"], load: async () => await import("./lambda/index.ts") },
  // API Gateway: REST, HTTP and WebSocket
  {
    folder: "apigateway",
    types: ["AWS::ApiGateway::", "AWS::ApiGatewayV2::"],
    load: async () => await import("./apigateway/index.ts"),
  },
  // AppSync
  { folder: "appsync", types: ["AWS::AppSync::"], load: async () => await import("./appsync/index.ts") },
  // DynamoDB tables, DAX and Keyspaces
  {
    folder: "dynamodb",
    types: ["AWS::DynamoDB::", "AWS::DAX::", "AWS::Cassandra::"],
    load: async () => await import("./dynamodb/index.ts"),
  },
  // SQS queues
  { folder: "sqs", types: ["AWS::SQS::"], load: async () => await import("./sqs/index.ts") },
  // SNS topics
  { folder: "sns", types: ["AWS::SNS::"], load: async () => await import("./sns/index.ts") },
  // EventBridge: buses, rules, pipes, schedules
  {
    folder: "eventbridge",
    types: ["AWS::Events::", "AWS::Pipes::", "AWS::Scheduler::", "AWS::EventSchemas::"],
    load: async () => await import("./eventbridge/index.ts"),
  },
  // Kinesis streams and Firehose
  {
    folder: "kinesis",
    types: ["AWS::Kinesis::", "AWS::KinesisFirehose::"],
    load: async () => await import("./kinesis/index.ts"),
  },
  // Step Functions
  {
    folder: "step-functions",
    types: ["AWS::StepFunctions::"],
    load: async () => await import("./step-functions/index.ts"),
  },
  // Cognito user and identity pools
  { folder: "cognito", types: ["AWS::Cognito::"], load: async () => await import("./cognito/index.ts") },
  // secrets: Secrets Manager, SSM parameters, and literals where there should be none
  {
    folder: "secrets",
    types: ["AWS::SecretsManager::", "AWS::SSM::", "Ward::Parameter", "AWS::"],
    load: async () => await import("./secrets/index.ts"),
  },
  // KMS keys
  { folder: "kms", types: ["AWS::KMS::"], load: async () => await import("./kms/index.ts") },
  // IAM roles, policies, users
  {
    folder: "iam",
    types: ["AWS::IAM::", "Ward::AccountPasswordPolicy"],
    load: async () => await import("./iam/index.ts"),
  },
  // RDS, Aurora, DocumentDB, Neptune
  {
    folder: "rds",
    types: [
      "AWS::RDS::",
      "AWS::DocDB::",
      "AWS::Neptune::",
      "AWS::DMS::ReplicationInstance",
      "AWS::Redshift::Cluster",
      "AWS::HealthLake::",
      "AWS::QLDB::",
      "AWS::Timestream::",
    ],
    load: async () => await import("./rds/index.ts"),
  },
  // ElastiCache
  {
    folder: "elasticache",
    types: ["AWS::ElastiCache::", "AWS::MemoryDB::"],
    load: async () => await import("./elasticache/index.ts"),
  },
  // OpenSearch and Elasticsearch
  {
    folder: "opensearch",
    types: ["AWS::OpenSearchService::", "AWS::Elasticsearch::", "AWS::OpenSearchServerless::"],
    load: async () => await import("./opensearch/index.ts"),
  },
  // ECS, Fargate, ECR, EKS, Batch
  {
    folder: "containers",
    types: ["AWS::ECS::", "AWS::ECR::", "AWS::EKS::", "AWS::Batch::"],
    load: async () => await import("./containers/index.ts"),
  },
  // VPCs, security groups, subnets, endpoints, flow logs
  {
    folder: "network",
    types: ["AWS::EC2::", "Ward::DefaultVpc", "AWS::ElastiCache::SecurityGroup", "AWS::Redshift::ClusterSecurityGroup"],
    load: async () => await import("./network/index.ts"),
  },
  // EC2 instances, volumes, auto scaling
  {
    folder: "compute",
    types: ["AWS::EC2::", "AWS::AutoScaling::", "AWS::ElasticBeanstalk::"],
    load: async () => await import("./compute/index.ts"),
  },
  // load balancers
  {
    folder: "load-balancing",
    types: ["AWS::ElasticLoadBalancing::", "AWS::ElasticLoadBalancingV2::"],
    load: async () => await import("./load-balancing/index.ts"),
  },
  // CloudFront
  { folder: "cloudfront", types: ["AWS::CloudFront::"], load: async () => await import("./cloudfront/index.ts") },
  // WAF
  {
    folder: "waf",
    types: ["AWS::WAF::", "AWS::WAFv2::", "AWS::WAFRegional::"],
    load: async () => await import("./waf/index.ts"),
  },
  // CloudTrail
  { folder: "cloudtrail", types: ["AWS::CloudTrail::"], load: async () => await import("./cloudtrail/index.ts") },
  // CloudWatch logs and alarms, X-Ray
  {
    folder: "cloudwatch",
    types: ["AWS::Logs::", "AWS::CloudWatch::", "AWS::XRay::"],
    load: async () => await import("./cloudwatch/index.ts"),
  },
  // Config, GuardDuty, Backup, budgets, the template as a whole
  {
    folder: "governance",
    types: [
      "AWS::Config::",
      "AWS::GuardDuty::",
      "AWS::Backup::",
      "AWS::Budgets::",
      "AWS::SecurityHub::",
      "Ward::Template",
      "Ward::Included",
      "Terraform::module",
      "AWS::CloudFormation::",
      "AWS::EC2::Instance",
      "AWS::AutoScaling::LaunchConfiguration",
      "AWS::",
    ],
    load: async () => await import("./governance/index.ts"),
  },
  // Ward apps, and how a node is started
  {
    folder: "ward",
    types: [
      "Ward::App",
      "Ward::Function",
      "Ward::StrayFile",
      "Ward::Policy",
      "Ward::Agreement",
      "Ward::Vendor",
      "Ward::Script",
      "Kubernetes::Deployment",
      "Kubernetes::StatefulSet",
    ],
    load: async () => await import("./ward/index.ts"),
  },
  // regions that the input names, where there is a residency list
  { folder: "residency", types: ["Ward::Region"], load: async () => await import("./residency/index.ts") },
  // EFS and FSx
  {
    folder: "file-systems",
    types: ["AWS::EFS::", "AWS::FSx::"],
    load: async () => await import("./file-systems/index.ts"),
  },
  // ACM and Route 53
  {
    folder: "names-and-certificates",
    types: ["AWS::CertificateManager::", "AWS::Route53::", "AWS::ACMPCA::"],
    load: async () => await import("./names-and-certificates/index.ts"),
  },
  // SageMaker, Bedrock, Kendra
  {
    folder: "machine-learning",
    types: ["AWS::SageMaker::", "AWS::Bedrock::", "AWS::Kendra::"],
    load: async () => await import("./machine-learning/index.ts"),
  },
  // Redshift, EMR, Athena, Glue, MSK, MQ
  {
    folder: "analytics",
    types: [
      "AWS::Redshift::",
      "AWS::EMR::",
      "AWS::Athena::",
      "AWS::Glue::",
      "AWS::MSK::",
      "AWS::AmazonMQ::",
      "AWS::QuickSight::",
      "Ward::AthenaDatabase",
      "AWS::ElastiCache::SecurityGroup",
    ],
    load: async () => await import("./analytics/index.ts"),
  },
  // WorkSpaces, directories, DMS, CodeBuild, IoT and others
  {
    folder: "workplace",
    types: [
      "AWS::WorkSpaces::",
      "AWS::DirectoryService::",
      "AWS::DMS::",
      "AWS::DLM::",
      "AWS::CodeBuild::",
      "AWS::CodeDeploy::",
      "AWS::IoT::",
      "AWS::GameLift::",
      "AWS::SDB::",
      "AWS::OpsWorks::",
      "AWS::Transfer::",
    ],
    load: async () => await import("./workplace/index.ts"),
  },
];

/** The rules about any of these types, in the order of their ids. */
export async function loadRules(types: ReadonlySet<string>): Promise<readonly Rule[]> {
  const wanted = RULE_FOLDERS.filter(({ types: about }) => about.some((one) => isAbout(one, types)));
  return await loadFolders(wanted);
}

export async function loadAllRules(): Promise<readonly Rule[]> {
  return await loadFolders(RULE_FOLDERS);
}

async function loadFolders(folders: readonly RuleFolder[]): Promise<readonly Rule[]> {
  const loaded = await Promise.all(folders.map(async ({ load }) => Object.values(await load())));
  return loaded.flat().toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function isAbout(about: string, types: ReadonlySet<string>): boolean {
  if (!about.endsWith("::")) return types.has(about);
  for (const type of types) if (type.startsWith(about)) return true;
  return false;
}
