/** What a waiter asks for again and again, from the waiters' definitions in AWS's service models. */
import { ownEntry } from "../../../source/own-entry.ts";

const POLLED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  acm: { CertificateValidated: "DescribeCertificate" },
  cloudformation: {
    ChangeSetCreateComplete: "DescribeChangeSet",
    StackCreateComplete: "DescribeStacks",
    StackDeleteComplete: "DescribeStacks",
    StackExists: "DescribeStacks",
    StackUpdateComplete: "DescribeStacks",
  },
  cloudfront: { DistributionDeployed: "GetDistribution", InvalidationCompleted: "GetInvalidation" },
  dynamodb: { TableExists: "DescribeTable", TableNotExists: "DescribeTable" },
  ec2: {
    ImageAvailable: "DescribeImages",
    InstanceExists: "DescribeInstances",
    InstanceRunning: "DescribeInstances",
    InstanceStatusOk: "DescribeInstanceStatus",
    InstanceStopped: "DescribeInstances",
    InstanceTerminated: "DescribeInstances",
    SnapshotCompleted: "DescribeSnapshots",
    VolumeAvailable: "DescribeVolumes",
  },
  ecs: {
    ServicesInactive: "DescribeServices",
    ServicesStable: "DescribeServices",
    TasksRunning: "DescribeTasks",
    TasksStopped: "DescribeTasks",
  },
  glue: { CrawlerReady: "GetCrawler" },
  iam: {
    InstanceProfileExists: "GetInstanceProfile",
    PolicyExists: "GetPolicy",
    RoleExists: "GetRole",
    UserExists: "GetUser",
  },
  kinesis: { StreamExists: "DescribeStream", StreamNotExists: "DescribeStream" },
  lambda: {
    FunctionActive: "GetFunctionConfiguration",
    FunctionActiveV2: "GetFunction",
    FunctionExists: "GetFunction",
    FunctionUpdated: "GetFunctionConfiguration",
    FunctionUpdatedV2: "GetFunction",
    PublishedVersionActive: "GetFunctionConfiguration",
  },
  rds: {
    DBClusterAvailable: "DescribeDBClusters",
    DBClusterSnapshotAvailable: "DescribeDBClusterSnapshots",
    DBInstanceAvailable: "DescribeDBInstances",
    DBInstanceDeleted: "DescribeDBInstances",
    DBSnapshotAvailable: "DescribeDBSnapshots",
    DBSnapshotCompleted: "DescribeDBSnapshots",
  },
  rekognition: {
    ProjectVersionRunning: "DescribeProjectVersions",
    ProjectVersionTrainingCompleted: "DescribeProjectVersions",
  },
  s3: {
    BucketExists: "HeadBucket",
    BucketNotExists: "HeadBucket",
    ObjectExists: "HeadObject",
    ObjectNotExists: "HeadObject",
  },
  sagemaker: {
    EndpointInService: "DescribeEndpoint",
    ProcessingJobCompletedOrStopped: "DescribeProcessingJob",
    TrainingJobCompletedOrStopped: "DescribeTrainingJob",
    TransformJobCompletedOrStopped: "DescribeTransformJob",
  },
  ses: { IdentityExists: "GetIdentityVerificationAttributes" },
  ssm: { CommandExecuted: "GetCommandInvocation" },
};

/** A state that is not listed is asked for by describing what it is a state of, as nearly all are. */
export function polledBy(client: string, state: string): string {
  const name = state.charAt(0).toUpperCase() + state.slice(1);
  const known = ownEntry(POLLED, client);
  return (
    (known && ownEntry(known, name)) ??
    `Describe${name.replace(/(Not)?(Exists|Active|Available|Deleted|Completed|Running|Ready)$/, "")}`
  );
}
