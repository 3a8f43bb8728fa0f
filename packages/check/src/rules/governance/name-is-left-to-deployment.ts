/** 45 CFR 164.308(a)(7)(ii)(D): contingency plans can be tried. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

/** Types that take a name, and where. */
const NAMES: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::ApiKey": "Name",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CodeDeploy::DeploymentConfig": "DeploymentConfigName",
  "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::EC2::SecurityGroup": "GroupName",
  "AWS::ECR::Repository": "RepositoryName",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
  "AWS::Elasticsearch::Domain": "DomainName",
  "AWS::OpenSearchService::Domain": "DomainName",
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
  "AWS::Kinesis::Stream": "Name",
  "AWS::RDS::DBInstance": "DBInstanceIdentifier",
};

export const nameIsLeftToDeployment: Rule = {
  id: "name-is-left-to-deployment",
  title: "The name is left to the deployment",
  why: "What has a fixed name cannot be replaced without being deleted first, and cannot be made twice: no second stack for a drill, no new one beside the old.",
  remedy: "Leave the name away, or build it from the stack name; refer to the resource by !Ref.",
  snippet: `
Table:
  Type: AWS::DynamoDB::Table
  Properties: { BillingMode: PAY_PER_REQUEST }`,
  severity: "low",
  topics: ["hygiene"],
  types: Object.keys(NAMES),
  judge(thing: Resource) {
    return not(thing.at(NAMES[thing.type] ?? "").exists());
  },
  samples: {
    good: [{ cloudformation: `Table: { Type: AWS::DynamoDB::Table }` }],
    bad: [{ cloudformation: `Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: records } }` }],
  },
};
