/** Which property gives a resource the name that others call it by where they don't refer to it. */
import type { Resource } from "./resource.ts";
import type { Value } from "./value.ts";
import { ownEntry } from "../source/own-entry.ts";

const NAME_PROPERTY: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::RestApi": "Name",
  "AWS::CloudFront::Distribution": "DistributionConfig.Aliases[0]",
  "AWS::CloudTrail::Trail": "TrailName",
  "AWS::Cognito::UserPool": "UserPoolName",
  "AWS::DynamoDB::GlobalTable": "TableName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::EC2::SecurityGroup": "GroupName",
  "AWS::ECR::Repository": "RepositoryName",
  "AWS::ECS::Cluster": "ClusterName",
  "AWS::Events::EventBus": "Name",
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
  "AWS::KMS::Alias": "AliasName",
  "AWS::Kinesis::Stream": "Name",
  "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::RDS::DBCluster": "DBClusterIdentifier",
  "AWS::RDS::DBInstance": "DBInstanceIdentifier",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::SSM::Parameter": "Name",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::StepFunctions::StateMachine": "StateMachineName",
  "AWS::WAFv2::WebACL": "Name",
};

export function physicalNameOf(resource: Resource): string | undefined {
  const path = ownEntry(NAME_PROPERTY, resource.type);
  return path === undefined ? undefined : resource.at(path).text();
}

export function physicalNameValue(resource: Resource): Value | undefined {
  const path = ownEntry(NAME_PROPERTY, resource.type);
  return path === undefined ? undefined : resource.at(path).value;
}
