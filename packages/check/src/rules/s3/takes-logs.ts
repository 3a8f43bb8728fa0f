/** Buckets that others write their access logs into: they can't log to themselves, and take no keys of KMS. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";

export function takesLogs(bucket: Resource, graph: Graph): boolean {
  const { outcome } = any(
    bucket.at("AccessControl").equals("LogDeliveryWrite"),
    ...graph
      .ofType("AWS::S3::Bucket")
      .map((other) => graph.means(other.at("LoggingConfiguration.DestinationBucketName"), bucket)),
  );
  return outcome === "pass";
}
