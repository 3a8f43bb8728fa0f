/**
 * What each type of resource is on the map: behind which trust boundary it lies, in which plain words, and with which
 * picture; or whom it serves, where it is too small for a box of its own. A type that stands in neither table is still on
 * the map, under "shared".
 */
import type { Resource } from "../graph/resource.ts";
import { ownEntry } from "../source/own-entry.ts";

export const BOUNDARIES = ["internet", "edge", "functions", "data", "outside", "shared"] as const;
export type Boundary = (typeof BOUNDARIES)[number];

export const PICTURES = [
  "people",
  "door",
  "identity",
  "function",
  "container",
  "machine",
  "workflow",
  "event",
  "clock",
  "bucket",
  "table",
  "database",
  "queue",
  "stream",
  "secret",
  "files",
  "search",
  "model",
  "host",
  "account",
  "key",
  "network",
  "shield",
  "part",
] as const;
export type Picture = (typeof PICTURES)[number];

export interface NodeKind {
  readonly boundary: Boundary;
  readonly words: string;
  readonly picture: Picture;
}

type Row = readonly [type: string, words: string, picture: Picture];

const EDGE: readonly Row[] = [
  ["AWS::Amplify::App", "Web application", "door"],
  ["AWS::ApiGateway::RestApi", "REST API", "door"],
  ["AWS::ApiGatewayV2::Api", "HTTP API", "door"],
  ["AWS::AppSync::GraphQLApi", "GraphQL API", "door"],
  ["AWS::CloudFront::Distribution", "Content delivery", "door"],
  ["AWS::Cognito::UserPool", "Sign-in of people", "identity"],
  ["AWS::Cognito::IdentityPool", "Sign-in for AWS access", "identity"],
  ["AWS::ElasticLoadBalancing::LoadBalancer", "Load balancer", "door"],
  ["AWS::ElasticLoadBalancingV2::LoadBalancer", "Load balancer", "door"],
  ["AWS::GlobalAccelerator::Accelerator", "Entry near the caller", "door"],
  ["AWS::IoT::Thing", "Device", "machine"],
  ["AWS::Lambda::Url", "Function URL", "door"],
  ["AWS::Transfer::Server", "File transfer (SFTP)", "door"],
  ["AWS::WorkSpaces::Workspace", "Virtual desktop", "machine"],
  ["Kubernetes::Ingress", "Ingress", "door"],
  ["Kubernetes::Gateway", "Gateway", "door"],
];

const COMPUTE: readonly Row[] = [
  ["AWS::ApplicationAutoScaling::ScalableTarget", "Scaling", "part"],
  ["AWS::AppRunner::Service", "Web service in containers", "container"],
  ["AWS::AutoScaling::AutoScalingGroup", "Group of machines", "machine"],
  ["AWS::Batch::ComputeEnvironment", "Batch machines", "machine"],
  ["AWS::Batch::JobDefinition", "Batch job", "container"],
  ["AWS::Batch::JobQueue", "Batch queue", "queue"],
  ["AWS::Bedrock::Agent", "AI agent", "model"],
  ["AWS::Bedrock::KnowledgeBase", "AI knowledge base", "model"],
  ["AWS::CodeBuild::Project", "Build", "machine"],
  ["AWS::CodePipeline::Pipeline", "Delivery pipeline", "workflow"],
  ["AWS::DMS::ReplicationInstance", "Database replication", "machine"],
  ["AWS::EC2::Instance", "Virtual machine", "machine"],
  ["AWS::ECS::Service", "Service in containers", "container"],
  ["AWS::ECS::TaskDefinition", "Task in containers", "container"],
  ["AWS::EKS::Cluster", "Kubernetes cluster", "container"],
  ["AWS::ElasticBeanstalk::Environment", "Web application", "machine"],
  ["AWS::EMR::Cluster", "Data processing cluster", "machine"],
  ["AWS::Glue::Crawler", "Crawler", "workflow"],
  ["AWS::Glue::Job", "Data job", "workflow"],
  ["AWS::Lambda::Function", "Lambda function", "function"],
  ["AWS::SageMaker::Endpoint", "Model endpoint", "model"],
  ["AWS::SageMaker::NotebookInstance", "Notebook", "model"],
  ["AWS::StepFunctions::Activity", "Workflow activity", "workflow"],
  ["AWS::StepFunctions::StateMachine", "Workflow", "workflow"],
  ["Kubernetes::CronJob", "Scheduled job", "container"],
  ["Kubernetes::DaemonSet", "Pod on every machine", "container"],
  ["Kubernetes::Deployment", "Service in pods", "container"],
  ["Kubernetes::Job", "Job", "container"],
  ["Kubernetes::Pod", "Pod", "container"],
  ["Kubernetes::ReplicaSet", "Service in pods", "container"],
  ["Kubernetes::StatefulSet", "Service that keeps data", "container"],
  ["Ward::Function", "Ward function", "function"],
];

const MESSAGING: readonly Row[] = [
  ["AWS::AmazonMQ::Broker", "Message broker", "queue"],
  ["AWS::Events::EventBus", "Event bus", "event"],
  ["AWS::Events::Rule", "Event rule", "event"],
  ["AWS::IoT::TopicRule", "Device message rule", "event"],
  ["AWS::KinesisFirehose::DeliveryStream", "Delivery stream", "stream"],
  ["AWS::Pipes::Pipe", "Pipe", "stream"],
  ["AWS::Scheduler::Schedule", "Schedule", "clock"],
  ["AWS::SNS::Topic", "Topic", "event"],
];

const DATA: readonly Row[] = [
  ["AWS::Athena::WorkGroup", "Query workgroup", "search"],
  ["AWS::DAX::Cluster", "Table cache", "table"],
  ["AWS::DocDB::DBCluster", "Document database", "database"],
  ["AWS::DSQL::Cluster", "Database", "database"],
  ["AWS::DynamoDB::GlobalTable", "Table in several regions", "table"],
  ["AWS::DynamoDB::Table", "Table", "table"],
  ["AWS::EC2::Volume", "Disk", "files"],
  ["AWS::EFS::FileSystem", "File system", "files"],
  ["AWS::ElastiCache::CacheCluster", "Cache", "database"],
  ["AWS::ElastiCache::ReplicationGroup", "Cache", "database"],
  ["AWS::ElastiCache::ServerlessCache", "Cache", "database"],
  ["AWS::Elasticsearch::Domain", "Search", "search"],
  ["AWS::FSx::FileSystem", "File system", "files"],
  ["AWS::Glue::Database", "Data catalogue", "search"],
  ["AWS::HealthLake::FHIRDatastore", "FHIR store", "database"],
  ["AWS::Kinesis::Stream", "Stream", "stream"],
  ["AWS::MSK::Cluster", "Kafka cluster", "stream"],
  ["AWS::MedicalImaging::Datastore", "Imaging store", "files"],
  ["AWS::MemoryDB::Cluster", "Cache", "database"],
  ["AWS::Neptune::DBCluster", "Graph database", "database"],
  ["AWS::OpenSearchServerless::Collection", "Search", "search"],
  ["AWS::OpenSearchService::Domain", "Search", "search"],
  ["AWS::QLDB::Ledger", "Ledger", "database"],
  ["AWS::RDS::DBCluster", "Database", "database"],
  ["AWS::RDS::DBInstance", "Database", "database"],
  ["AWS::RDS::DBProxy", "Database proxy", "database"],
  ["AWS::Redshift::Cluster", "Warehouse", "database"],
  ["AWS::RedshiftServerless::Namespace", "Warehouse", "database"],
  ["AWS::S3::Bucket", "Bucket", "bucket"],
  ["AWS::S3Express::DirectoryBucket", "Bucket", "bucket"],
  ["AWS::SQS::Queue", "Queue", "queue"],
  ["AWS::SecretsManager::Secret", "Secret", "secret"],
  ["AWS::Timestream::Database", "Time series database", "database"],
  ["Kubernetes::PersistentVolumeClaim", "Volume", "files"],
  ["Kubernetes::Secret", "Secret", "secret"],
];

const OUTSIDE: readonly Row[] = [["AWS::Events::ApiDestination", "Host that is called", "host"]];

const SHARED: readonly Row[] = [
  ["AWS::Backup::BackupPlan", "Backup plan", "shield"],
  ["AWS::Backup::BackupVault", "Backup vault", "shield"],
  ["AWS::Budgets::Budget", "Budget", "shield"],
  ["AWS::CloudFormation::Stack", "Another stack", "part"],
  ["AWS::CloudTrail::Trail", "Record of API calls", "shield"],
  ["AWS::CloudWatch::Alarm", "Alarm", "shield"],
  ["AWS::Config::ConfigurationRecorder", "Record of changes", "shield"],
  ["AWS::EC2::SecurityGroup", "Firewall of machines", "network"],
  ["AWS::EC2::VPC", "Private network", "network"],
  ["AWS::ECR::Repository", "Image repository", "files"],
  ["AWS::ECS::Cluster", "Container cluster", "container"],
  ["AWS::GuardDuty::Detector", "Threat detection", "shield"],
  ["AWS::IAM::Group", "Group of people", "identity"],
  ["AWS::IAM::ManagedPolicy", "Policy", "identity"],
  ["AWS::IAM::OIDCProvider", "Identities from elsewhere", "identity"],
  ["AWS::IAM::Role", "Role", "identity"],
  ["AWS::IAM::User", "User", "identity"],
  ["AWS::KMS::Key", "Encryption key", "key"],
  ["AWS::Logs::LogGroup", "Log", "files"],
  ["AWS::Route53::HostedZone", "Domain names", "network"],
  ["AWS::SecurityHub::Hub", "Security overview", "shield"],
  ["AWS::WAFv2::WebACL", "Web firewall", "shield"],
  ["Kubernetes::Namespace", "Namespace", "network"],
  ["Kubernetes::NetworkPolicy", "Network policy", "network"],
  ["Kubernetes::Service", "Inner address", "network"],
  ["Ward::Agreement", "Agreement (BAA)", "shield"],
  ["Ward::App", "Ward app", "shield"],
  ["Ward::Policy", "Who may do what", "shield"],
  ["Ward::Template", "The template as a whole", "part"],
];

const MESSENGERS = new Set(MESSAGING.map(([type]) => type));

const KINDS: Readonly<Record<string, NodeKind>> = Object.fromEntries(
  (
    [
      ["edge", EDGE],
      ["functions", [...COMPUTE, ...MESSAGING]],
      ["data", DATA],
      ["outside", OUTSIDE],
      ["shared", SHARED],
    ] as const
  ).flatMap(([boundary, rows]) => rows.map(([type, words, picture]) => [type, { boundary, words, picture }] as const)),
);

/** The same type can be two things to people. */
export function kindOfResource({ type, properties }: Resource): NodeKind {
  const kind = kindOf(type);
  if (type === "AWS::Events::Rule" && properties.entries.has("ScheduleExpression")) {
    return { ...kind, words: "Schedule", picture: "clock" };
  }
  const protocol = type === "AWS::ApiGatewayV2::Api" ? properties.entries.get("ProtocolType") : undefined;
  return protocol?.kind === "scalar" && protocol.value === "WEBSOCKET" ? { ...kind, words: "WebSocket API" } : kind;
}

export function kindOf(type: string): NodeKind {
  return ownEntry(KINDS, type) ?? { boundary: "shared", words: wordsOf(type), picture: "part" };
}

/** Carries messages and keeps none for long. */
export function isMessenger(type: string): boolean {
  return MESSENGERS.has(type);
}

/** `AWS::Glue::SecurityConfiguration` as "Glue security configuration". */
function wordsOf(type: string): string {
  const parts = type.split("::").filter((part) => part !== "AWS");
  const spaced = parts.map((part) => part.replaceAll(/([a-z0-9])([A-Z])|_/g, "$1 $2"));
  return spaced.map((part, index) => (index === 0 ? part : part.toLowerCase())).join(" ");
}
