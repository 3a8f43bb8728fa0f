/** Buckets that others write their access logs into: they can't log to themselves, and take no keys of KMS. */
import type { Graph } from "../../graph/graph.ts";
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";

export function takesLogs(bucket: Resource, graph: Graph): boolean {
  const { outcome } = any(
    bucket.at("AccessControl").equals("LogDeliveryWrite"),
    ...graph
      .ofType("AWS::S3::Bucket")
      .map((other) => graph.means(other.at("LoggingConfiguration.DestinationBucketName"), bucket)),
  );
  return outcome === "pass" || isGrantedToLogs(bucket) || isWrittenByLogs(bucket, graph);
}

/** Terraform's access control policies, which CloudFormation does not have. */
function isGrantedToLogs(bucket: Resource): boolean {
  const grants = bucket.at("AccessControlPolicy.Grant").items();
  return grants.some((grant) => (grant.at("Grantee.Uri").text() ?? "").endsWith("LogDelivery"));
}

function isWrittenByLogs(bucket: Resource, graph: Graph): boolean {
  return graph
    .attached(bucket, "AWS::S3::BucketPolicy", "Bucket")
    .sure.flatMap((policy) => policyDocument(policy.at("PolicyDocument")).statements)
    .some((statement) => statement.principals.some(({ who }) => who.text() === "logging.s3.amazonaws.com"));
}
