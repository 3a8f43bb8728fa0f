/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Statement } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const identityNamesResources: Rule = {
  id: "identity-names-resources",
  title: "Policies allow actions on named resources",
  why: 'Resource "*" opens every bucket, table and key of the account, those of other teams and of next year too.',
  remedy: "Name the resources, by reference where they are in the template.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "medium",
  topics: ["least-privilege"],
  types: IDENTITY_TYPES,
  judge(identity: Resource) {
    return noGrant(identity, (statement) => all(not(hasNoResources(statement)), statement.hasWildcardResource()));
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["xray:PutTraceSegments", "cloudwatch:PutMetricData"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:GetObject"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: "dynamodb:Query", Resource: ["*"] } } }] } }`,
      },
    ],
  },
};

/** Actions that IAM knows no resource for (Service Authorization Reference): their statements must say "*". */
const WITHOUT_RESOURCE =
  /^(ec2:(Describe\w+|CreateNetworkInterface|DeleteNetworkInterface|(Una|A)ssignPrivateIpAddresses|Describe\*|Get\w*)|xray:\w+\*?|cloudwatch:(PutMetricData|GetMetric\w+|ListMetrics)|logs:(DescribeLogGroups|CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies)|s3:ListAllMyBuckets|sts:GetCallerIdentity|ecr:GetAuthorizationToken|tag:Get\w+|kms:(ListKeys|ListAliases|GenerateRandom|CreateKey)|lambda:(ListFunctions|GetAccountSettings)|iam:(List|GetAccount)\w+|(comprehend|comprehendmedical|textract|rekognition|polly|translate|transcribe):\w+|ssm:DescribeParameters|ssmmessages:\w+|ec2messages:\w+|organizations:(Describe|List)\w+|ce:\w+|pricing:\w+|health:\w+|support:\w+|servicediscovery:(List|Get)\w+|autoscaling:Describe\w+|elasticloadbalancing:Describe\w+|rds:Describe\w+|cloudfront:List\w+|route53:(List|GetChange)\w*)$/i;

function hasNoResources(statement: Statement): Truth {
  const actions = statement.property.at("Action");
  return all(
    actions.isFilled(),
    actions.every((action) => action.matches(WITHOUT_RESOURCE)),
  );
}
