/**
 * Whom a small resource serves: a log group its function, a policy its role, a listener its load balancer. `paths` are
 * tried first; then whom it names (`out`), then who names it (`in`), in the order given.
 */
import { ownEntry } from "../source/own-entry.ts";

export interface Service {
  /** Who names it first of all: a target group belongs to the balancer, not to what it balances. */
  readonly first?: RegExp;
  /** Properties that name whom it serves, the first that does decides. */
  readonly paths: readonly string[];
  readonly afterwards: readonly ("in" | "out")[];
}

const IN = { paths: [], afterwards: ["in"] } as const;
const OUT = { paths: [], afterwards: ["out"] } as const;
const CUSTOM = { paths: ["ServiceToken"], afterwards: ["out"] } as const;
const EITHER = { paths: [], afterwards: ["out", "in"] } as const;

const SERVICES: Readonly<Record<string, Service>> = {
  "AWS::ApiGateway::ApiKey": at("StageKeys[0].RestApiId", "in"),
  "AWS::ApiGateway::DomainName": IN,
  "AWS::ApiGateway::UsagePlan": at("ApiStages[0].ApiId"),
  "AWS::ApiGateway::UsagePlanKey": at("UsagePlanId"),
  "AWS::ApiGateway::VpcLink": IN,
  "AWS::ApplicationAutoScaling::ScalableTarget": EITHER,
  "AWS::ApplicationAutoScaling::ScalingPolicy": OUT,
  "AWS::AutoScaling::LaunchConfiguration": IN,
  "AWS::Backup::BackupSelection": at("BackupPlanId"),
  "AWS::Backup::BackupVault": IN,
  "AWS::Batch::ComputeEnvironment": IN,
  "AWS::Batch::JobQueue": IN,
  "AWS::Bedrock::Guardrail": IN,
  "AWS::CertificateManager::Certificate": IN,
  "AWS::CloudFront::CloudFrontOriginAccessIdentity": IN,
  "AWS::CloudWatch::Alarm": at("Dimensions", "Metrics"),
  "AWS::CloudFormation::CustomResource": CUSTOM,
  "AWS::CodeDeploy::DeploymentGroup": OUT,
  "AWS::Cognito::IdentityPoolRoleAttachment": at("IdentityPoolId"),
  "AWS::DMS::Endpoint": { paths: [], afterwards: ["in"] },
  "AWS::DocDB::DBInstance": at("DBClusterIdentifier"),
  "AWS::DocDB::DBSubnetGroup": IN,
  "AWS::EC2::EIP": EITHER,
  "AWS::EC2::FlowLog": at("ResourceId"),
  "AWS::EC2::InternetGateway": IN,
  "AWS::EC2::LaunchTemplate": IN,
  "AWS::EC2::NatGateway": at("SubnetId"),
  "AWS::EC2::NetworkAclEntry": at("NetworkAclId"),
  "AWS::EC2::Route": at("RouteTableId"),
  "AWS::EC2::SecurityGroup": at("VpcId", "in"),
  "AWS::EC2::SecurityGroupEgress": at("GroupId"),
  "AWS::EC2::SecurityGroupIngress": at("GroupId"),
  "AWS::EC2::SubnetNetworkAclAssociation": at("SubnetId", "NetworkAclId"),
  "AWS::EC2::SubnetRouteTableAssociation": at("SubnetId", "RouteTableId"),
  "AWS::EC2::VPCGatewayAttachment": at("VpcId"),
  "AWS::EC2::Volume": IN,
  "AWS::EC2::VolumeAttachment": at("InstanceId"),
  "AWS::ECS::Cluster": IN,
  "AWS::ECS::TaskDefinition": { paths: [], afterwards: ["in"] },
  "AWS::EFS::AccessPoint": at("FileSystemId"),
  "AWS::EFS::MountTarget": at("FileSystemId"),
  "AWS::EKS::Nodegroup": at("ClusterName"),
  "AWS::ElasticLoadBalancingV2::Listener": at("LoadBalancerArn"),
  "AWS::ElasticLoadBalancingV2::ListenerCertificate": at("ListenerArn"),
  "AWS::ElasticLoadBalancingV2::ListenerRule": at("ListenerArn"),
  "AWS::ElasticLoadBalancingV2::TargetGroup": { first: /::Listener/, paths: [], afterwards: ["in"] },
  "AWS::Events::Archive": at("SourceArn"),
  "AWS::Events::Connection": IN,
  "AWS::Events::EventBusPolicy": at("EventBusName"),
  "AWS::Events::Rule": at("EventBusName"),
  "AWS::Glue::Database": IN,
  "AWS::Glue::SecurityConfiguration": IN,
  "AWS::Glue::Table": at("DatabaseName"),
  "AWS::IAM::AccessKey": at("UserName"),
  "AWS::IAM::Group": { paths: [], afterwards: ["in"] },
  "AWS::IAM::InstanceProfile": { paths: [], afterwards: ["in", "out"] },
  "AWS::IAM::ManagedPolicy": at("Roles", "Users", "Groups", "in"),
  "AWS::IAM::OIDCProvider": IN,
  "AWS::IAM::Policy": at("Roles", "Users", "Groups"),
  "AWS::IAM::Role": IN,
  "AWS::IAM::RolePolicy": at("RoleName"),
  "AWS::IoT::Policy": IN,
  "AWS::KMS::Alias": at("TargetKeyId"),
  "AWS::Kinesis::StreamConsumer": at("StreamARN"),
  "AWS::Lambda::LayerVersion": IN,
  "AWS::Lambda::LayerVersionPermission": at("LayerVersionArn"),
  "AWS::Logs::LogGroup": EITHER,
  "AWS::Logs::LogStream": at("LogGroupName"),
  "AWS::Logs::MetricFilter": at("LogGroupName"),
  "AWS::Logs::SubscriptionFilter": at("LogGroupName"),
  "AWS::MemoryDB::SubnetGroup": IN,
  "AWS::Neptune::DBInstance": at("DBClusterIdentifier"),
  "AWS::Neptune::DBSubnetGroup": IN,
  "AWS::RDS::DBClusterParameterGroup": IN,
  "AWS::RDS::DBInstance": at("DBClusterIdentifier"),
  "AWS::RDS::DBParameterGroup": IN,
  "AWS::RDS::DBProxyTargetGroup": at("DBProxyName"),
  "AWS::RDS::DBSubnetGroup": IN,
  "AWS::RDS::OptionGroup": IN,
  "AWS::Redshift::ClusterParameterGroup": IN,
  "AWS::Redshift::ClusterSubnetGroup": IN,
  "AWS::RedshiftServerless::Workgroup": at("NamespaceName"),
  "AWS::Route53::HealthCheck": IN,
  "AWS::Route53::HostedZone": IN,
  "AWS::Route53::RecordSet": { paths: ["AliasTarget", "ResourceRecords"], afterwards: ["out"] },
  "AWS::S3::AccessPoint": at("Bucket"),
  "AWS::S3::BucketPolicy": at("Bucket"),
  "AWS::S3::Object": at("Target.Bucket", "Bucket"),
  "AWS::SNS::Subscription": at("TopicArn"),
  "AWS::SNS::TopicInlinePolicy": at("TopicArn"),
  "AWS::SNS::TopicPolicy": at("Topics"),
  "AWS::SQS::QueueInlinePolicy": at("Queue"),
  "AWS::SQS::QueuePolicy": at("Queues"),
  "AWS::SSM::Parameter": IN,
  "AWS::SageMaker::EndpointConfig": IN,
  "AWS::SageMaker::Model": IN,
  "AWS::Scheduler::ScheduleGroup": IN,
  "AWS::SecretsManager::ResourcePolicy": at("SecretId"),
  "AWS::SecretsManager::RotationSchedule": at("SecretId"),
  "AWS::SecretsManager::SecretTargetAttachment": at("SecretId"),
  "AWS::Synthetics::Canary": OUT,
  "AWS::WAFv2::IPSet": IN,
  "AWS::WAFv2::LoggingConfiguration": at("ResourceArn"),
  "AWS::WAFv2::RuleGroup": IN,
  "AWS::WAFv2::WebACL": IN,
  "AWS::WAFv2::WebACLAssociation": at("ResourceArn"),
  "Kubernetes::ConfigMap": IN,
  "Kubernetes::HorizontalPodAutoscaler": OUT,
  "Kubernetes::NetworkPolicy": OUT,
  "Kubernetes::PodDisruptionBudget": OUT,
  "Kubernetes::Service": OUT,
  "Kubernetes::ServiceAccount": IN,
  "Ward::Script": OUT,
};

/** Beginnings of types whose own property names the one that they belong to. */
const FAMILIES: readonly (readonly [prefix: string, ...paths: string[]])[] = [
  ["AWS::ApiGateway::", "RestApiId"],
  ["AWS::ApiGatewayV2::", "ApiId"],
  ["AWS::AppSync::", "ApiId"],
  ["AWS::CloudFront::"],
  ["AWS::Cognito::", "UserPoolId"],
  ["AWS::EC2::", "VpcId"],
  ["AWS::ElastiCache::"],
  ["AWS::Lambda::", "FunctionName"],
  ["AWS::OpenSearchServerless::"],
  ["AWS::SES::"],
  ["AWS::StepFunctions::StateMachine", "StateMachineArn", "RoutingConfiguration[0].StateMachineVersionArn"],
];

/** Undefined for what has a box of its own. `hasBox`: whether its type is one that can have one. */
export function serviceOf(type: string, hasBox: boolean): Service | undefined {
  const own = ownEntry(SERVICES, type);
  if (own || hasBox) return own;
  if (type.startsWith("Custom::")) return CUSTOM;
  const family = FAMILIES.find(([prefix]) => type.startsWith(prefix));
  return family && { paths: family.slice(1), afterwards: ["in", "out"] };
}

/** `at("A", "B", "in")`: the property A, else B, else who names it. */
function at(...given: readonly string[]): Service {
  const afterwards = given.filter((one) => one === "in" || one === "out");
  return { paths: given.filter((one) => one !== "in" && one !== "out"), afterwards };
}
