/** Actions that IAM knows no resource for (Service Authorization Reference): their statements must say "*". */
import type { Statement } from "../../graph/policy-document.ts";
import { all, type Truth } from "../../graph/truth.ts";

export const WITHOUT_RESOURCE =
  /^(ec2:(Describe\w+|CreateNetworkInterface|DeleteNetworkInterface|(Una|A)ssignPrivateIpAddresses|Describe\*|Get\w*)|xray:\w+\*?|cloudwatch:(PutMetricData|GetMetric\w+|ListMetrics)|logs:(DescribeLogGroups|CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies)|s3:ListAllMyBuckets|sts:GetCallerIdentity|ecr:GetAuthorizationToken|tag:Get\w+|kms:(ListKeys|ListAliases|GenerateRandom|CreateKey)|lambda:(ListFunctions|GetAccountSettings)|iam:(List|GetAccount)\w+|(comprehend|comprehendmedical|textract|rekognition|polly|translate|transcribe):\w+|ssm:DescribeParameters|ssmmessages:\w+|ec2messages:\w+|organizations:(Describe|List)\w+|ce:\w+|pricing:\w+|health:\w+|support:\w+|servicediscovery:(List|Get)\w+|autoscaling:Describe\w+|elasticloadbalancing:Describe\w+|rds:Describe\w+|cloudfront:List\w+|route53:(List|GetChange)\w*)$/i;

export function hasNoResources(statement: Statement): Truth {
  const actions = statement.property.at("Action");
  return all(
    actions.isFilled(),
    actions.every((action) => action.matches(WITHOUT_RESOURCE)),
  );
}
