/**
 * How resources are named: the ARN of each type and what a reference to it, or to one of its attributes, answers. From
 * AWS's template reference (what Ref and Fn::GetAtt return) and the Terraform provider's attributes.
 */
import { ownEntry } from "../../../source/own-entry.ts";

/** What a reference stands for. */
export type Said = "name" | "arn" | "url" | "stream";

export interface NamedType {
  /** `{}` is the name. */
  readonly arn: string;
  /** What `!Ref` answers; `name` unless said. */
  readonly ref?: Said;
  /** Attributes beside `Arn`, which is the ARN. */
  readonly attributes?: Readonly<Record<string, Said>>;
  /** What `.id` of Terraform answers, where that is not what `!Ref` does. */
  readonly id?: Said;
}

const TYPES: Readonly<Record<string, NamedType>> = {
  "AWS::AppConfig::Application": { arn: "appconfig:R:A:application/{}" },
  "AWS::Athena::WorkGroup": { arn: "athena:R:A:workgroup/{}" },
  "AWS::Bedrock::Agent": { arn: "bedrock:R:A:agent/{}", attributes: { AgentArn: "arn", AgentId: "name" } },
  "AWS::Bedrock::Guardrail": {
    arn: "bedrock:R:A:guardrail/{}",
    ref: "arn",
    attributes: { GuardrailArn: "arn", GuardrailId: "name" },
  },
  "AWS::Bedrock::KnowledgeBase": {
    arn: "bedrock:R:A:knowledge-base/{}",
    attributes: { KnowledgeBaseArn: "arn", KnowledgeBaseId: "name" },
  },
  "AWS::Cognito::IdentityPool": { arn: "cognito-identity:R:A:identitypool/{}" },
  "AWS::Cognito::UserPool": { arn: "cognito-idp:R:A:userpool/{}", attributes: { UserPoolId: "name" } },
  "AWS::DynamoDB::GlobalTable": { arn: "dynamodb:R:A:table/{}", attributes: { StreamArn: "stream", TableId: "name" } },
  "AWS::DynamoDB::Table": {
    arn: "dynamodb:R:A:table/{}",
    attributes: { StreamArn: "stream", stream_arn: "stream", LatestStreamArn: "stream" },
  },
  "AWS::ECS::Cluster": { arn: "ecs:R:A:cluster/{}" },
  "AWS::ECS::TaskDefinition": {
    arn: "ecs:R:A:task-definition/{}",
    ref: "arn",
    attributes: { TaskDefinitionArn: "arn" },
    id: "name",
  },
  "AWS::EFS::AccessPoint": { arn: "elasticfilesystem:R:A:access-point/{}", attributes: { AccessPointId: "name" } },
  "AWS::EFS::FileSystem": { arn: "elasticfilesystem:R:A:file-system/{}", attributes: { FileSystemId: "name" } },
  "AWS::Events::EventBus": { arn: "events:R:A:event-bus/{}", attributes: { Name: "name" } },
  "AWS::Events::Rule": { arn: "events:R:A:rule/{}" },
  "AWS::Glue::Database": { arn: "glue:R:A:database/{}" },
  "AWS::HealthLake::FHIRDatastore": {
    arn: "healthlake:R:A:datastore/fhir/{}",
    attributes: { DatastoreArn: "arn", DatastoreId: "name" },
  },
  "AWS::IAM::Role": { arn: "iam::A:role/{}", attributes: { RoleName: "name" } },
  "AWS::IAM::ManagedPolicy": { arn: "iam::A:policy/{}", ref: "arn", attributes: { PolicyArn: "arn" } },
  "AWS::IoT::Thing": { arn: "iot:R:A:thing/{}" },
  "AWS::KMS::Alias": { arn: "kms:R:A:{}" },
  "AWS::KMS::Key": { arn: "kms:R:A:key/{}", attributes: { KeyId: "name", key_id: "name" } },
  "AWS::Kinesis::Stream": { arn: "kinesis:R:A:stream/{}", id: "arn" },
  "AWS::KinesisFirehose::DeliveryStream": { arn: "firehose:R:A:deliverystream/{}", id: "arn" },
  "AWS::Lambda::Alias": { arn: "lambda:R:A:function:{}", ref: "arn", attributes: { AliasArn: "arn" }, id: "arn" },
  "AWS::Lambda::Function": {
    arn: "lambda:R:A:function:{}",
    attributes: { FunctionName: "name", function_name: "name", qualified_arn: "arn" },
  },
  "AWS::Lambda::Version": { arn: "lambda:R:A:function:{}", ref: "arn", attributes: { FunctionArn: "arn" } },
  "AWS::Location::GeofenceCollection": { arn: "geo:R:A:geofence-collection/{}", attributes: { CollectionArn: "arn" } },
  "AWS::Location::Map": { arn: "geo:R:A:map/{}", attributes: { MapArn: "arn" } },
  "AWS::Location::PlaceIndex": { arn: "geo:R:A:place-index/{}", attributes: { IndexArn: "arn" } },
  "AWS::Location::RouteCalculator": { arn: "geo:R:A:route-calculator/{}", attributes: { CalculatorArn: "arn" } },
  "AWS::Location::Tracker": { arn: "geo:R:A:tracker/{}", attributes: { TrackerArn: "arn" } },
  "AWS::Logs::LogGroup": { arn: "logs:R:A:log-group:{}" },
  "AWS::MSK::Cluster": { arn: "kafka:R:A:cluster/{}", ref: "arn", id: "arn" },
  "AWS::MSK::ServerlessCluster": { arn: "kafka:R:A:cluster/{}", ref: "arn", id: "arn" },
  "AWS::OpenSearchService::Domain": { arn: "es:R:A:domain/{}", attributes: { DomainArn: "arn" }, id: "arn" },
  "AWS::Pinpoint::App": { arn: "mobiletargeting:R:A:apps/{}" },
  "AWS::RDS::DBCluster": { arn: "rds:R:A:cluster:{}", attributes: { DBClusterArn: "arn" } },
  "AWS::RDS::DBInstance": { arn: "rds:R:A:db:{}", attributes: { DBInstanceArn: "arn" } },
  "AWS::RDS::DBProxy": { arn: "rds:R:A:db-proxy:{}", attributes: { DBProxyArn: "arn" } },
  "AWS::S3::AccessPoint": { arn: "s3:R:A:accesspoint/{}" },
  "AWS::S3::Bucket": { arn: "s3:::{}", attributes: { bucket: "name" } },
  "AWS::SES::ConfigurationSet": { arn: "ses:R:A:configuration-set/{}" },
  "AWS::SES::EmailIdentity": { arn: "ses:R:A:identity/{}" },
  "AWS::SES::Template": { arn: "ses:R:A:template/{}" },
  "AWS::SNS::Topic": {
    arn: "sns:R:A:{}",
    ref: "arn",
    attributes: { TopicArn: "arn", TopicName: "name", name: "name" },
  },
  "AWS::SQS::Queue": {
    arn: "sqs:R:A:{}",
    ref: "url",
    attributes: { QueueName: "name", QueueUrl: "url", url: "url", name: "name" },
  },
  "AWS::SSM::Parameter": { arn: "ssm:R:A:parameter/{}" },
  "AWS::SageMaker::Endpoint": { arn: "sagemaker:R:A:endpoint/{}", attributes: { EndpointName: "name" } },
  "AWS::Scheduler::ScheduleGroup": { arn: "scheduler:R:A:schedule-group/{}" },
  "AWS::SecretsManager::Secret": {
    arn: "secretsmanager:R:A:secret:{}",
    ref: "arn",
    attributes: { Id: "arn" },
    id: "arn",
  },
  "AWS::StepFunctions::Activity": { arn: "states:R:A:activity:{}", ref: "arn", id: "arn" },
  "AWS::StepFunctions::StateMachine": {
    arn: "states:R:A:stateMachine:{}",
    ref: "arn",
    attributes: { Name: "name" },
    id: "arn",
  },
  "AWS::Timestream::Database": { arn: "timestream:R:A:database/{}" },
  "AWS::Timestream::Table": { arn: "timestream:R:A:database/{}", attributes: { Name: "name" } },
  "AWS::VerifiedPermissions::PolicyStore": {
    arn: "verifiedpermissions::A:policy-store/{}",
    attributes: { PolicyStoreId: "name" },
  },
};

export function namedType(type: string): NamedType | undefined {
  return ownEntry(TYPES, type);
}

/** What `!Ref`, `!GetAtt` or a Terraform attribute answers; undefined where that is neither name, ARN nor URL. */
export function saidBy(named: NamedType, attribute: string): Said | undefined {
  if (attribute === "") return named.ref ?? "name";
  const special = named.attributes && ownEntry(named.attributes, attribute);
  if (special) return special;
  if (attribute === "Arn" || attribute === "arn") return "arn";
  if (attribute === "id") return named.id ?? named.ref ?? "name";
  return attribute === "name" ? "name" : undefined;
}
