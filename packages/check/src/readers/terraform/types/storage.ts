/** Buckets, file systems, volumes and registries. */
import { toPascal, type TfType } from "../vocabulary.ts";

const CANNED_ACLS = {
  private: "Private",
  "public-read": "PublicRead",
  "public-read-write": "PublicReadWrite",
  "authenticated-read": "AuthenticatedRead",
  "log-delivery-write": "LogDeliveryWrite",
  "bucket-owner-read": "BucketOwnerRead",
  "bucket-owner-full-control": "BucketOwnerFullControl",
  "aws-exec-read": "AwsExecRead",
};
const OF_BUCKET = { by: "bucket", type: "AWS::S3::Bucket" };

export const STORAGE_TYPES: Readonly<Record<string, TfType>> = {
  aws_s3_bucket: {
    type: "AWS::S3::Bucket",
    names: {
      bucket: "BucketName",
      acl: "AccessControl",
      versioning: "VersioningConfiguration",
      "versioning.enabled": "Status",
      logging: "LoggingConfiguration",
      "logging.target_bucket": "DestinationBucketName",
      "logging.target_prefix": "LogFilePrefix",
      server_side_encryption_configuration: "BucketEncryption",
      "server_side_encryption_configuration.rule": "ServerSideEncryptionConfiguration",
      "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default":
        "ServerSideEncryptionByDefault",
      "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id":
        "KMSMasterKeyID",
      "replication_configuration.rules": "Rules",
      lifecycle_rule: "LifecycleConfiguration.Rules",
    },
    values: { acl: CANNED_ACLS, "versioning.enabled": { true: "Enabled", false: "Suspended" } },
    apart: [{ argument: "policy", type: "AWS::S3::BucketPolicy", at: "PolicyDocument", owner: "Bucket" }],
  },
  aws_s3_bucket_policy: { type: "AWS::S3::BucketPolicy", names: { policy: "PolicyDocument" } },
  aws_s3_bucket_acl: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: { acl: "AccessControl" },
    values: { acl: CANNED_ACLS },
  },
  aws_s3_bucket_versioning: { type: "AWS::S3::Bucket", partOf: OF_BUCKET },
  aws_s3_bucket_logging: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: {
      target_bucket: "LoggingConfiguration.DestinationBucketName",
      target_prefix: "LoggingConfiguration.LogFilePrefix",
    },
  },
  aws_s3_bucket_public_access_block: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: {
      block_public_acls: "PublicAccessBlockConfiguration.BlockPublicAcls",
      block_public_policy: "PublicAccessBlockConfiguration.BlockPublicPolicy",
      ignore_public_acls: "PublicAccessBlockConfiguration.IgnorePublicAcls",
      restrict_public_buckets: "PublicAccessBlockConfiguration.RestrictPublicBuckets",
    },
    defaults: { "PublicAccessBlockConfiguration.BlockPublicAcls": false },
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: {
      rule: "BucketEncryption.ServerSideEncryptionConfiguration",
      "rule.apply_server_side_encryption_by_default": "ServerSideEncryptionByDefault",
      "rule.apply_server_side_encryption_by_default.kms_master_key_id": "KMSMasterKeyID",
    },
  },
  aws_s3_bucket_object_lock_configuration: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: { rule: "ObjectLockConfiguration.Rule", object_lock_enabled: "ObjectLockConfiguration.ObjectLockEnabled" },
    defaults: { ObjectLockEnabled: true },
  },
  aws_s3_bucket_ownership_controls: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: { rule: "OwnershipControls.Rules" },
  },
  aws_s3_bucket_lifecycle_configuration: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: { rule: "LifecycleConfiguration.Rules" },
  },
  aws_s3_bucket_replication_configuration: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: { role: "ReplicationConfiguration.Role", rule: "ReplicationConfiguration.Rules" },
  },
  aws_s3_bucket_notification: {
    type: "AWS::S3::Bucket",
    partOf: OF_BUCKET,
    names: {
      lambda_function: "NotificationConfiguration.LambdaConfigurations",
      "lambda_function.lambda_function_arn": "Function",
      queue: "NotificationConfiguration.QueueConfigurations",
      "queue.queue_arn": "Queue",
      topic: "NotificationConfiguration.TopicConfigurations",
      "topic.topic_arn": "Topic",
      eventbridge: "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
    },
  },
  aws_s3_account_public_access_block: { type: "Ward::AccountPublicAccessBlock" },
  aws_s3_object: { type: "AWS::S3::Object" },
  aws_efs_file_system: { type: "AWS::EFS::FileSystem" },
  aws_efs_mount_target: { type: "AWS::EFS::MountTarget" },
  aws_efs_access_point: { type: "AWS::EFS::AccessPoint" },
  aws_efs_backup_policy: {
    type: "AWS::EFS::FileSystem",
    partOf: { by: "file_system_id", type: "AWS::EFS::FileSystem" },
  },
  aws_fsx_lustre_file_system: fileSystem("LUSTRE", "LustreConfiguration"),
  aws_fsx_ontap_file_system: fileSystem("ONTAP", "OntapConfiguration"),
  aws_fsx_openzfs_file_system: fileSystem("OPENZFS", "OpenZFSConfiguration"),
  aws_fsx_windows_file_system: fileSystem("WINDOWS", "WindowsConfiguration"),
  aws_ebs_volume: { type: "AWS::EC2::Volume" },
  aws_ebs_encryption_by_default: { type: "Ward::EbsEncryptionByDefault" },
  aws_ecr_repository: { type: "AWS::ECR::Repository", names: { name: "RepositoryName" } },
  aws_ecr_repository_policy: {
    type: "AWS::ECR::Repository",
    partOf: { by: "repository", type: "AWS::ECR::Repository" },
    names: { policy: "RepositoryPolicyText" },
  },
  aws_backup_vault: {
    type: "AWS::Backup::BackupVault",
    names: { name: "BackupVaultName", kms_key_arn: "EncryptionKeyArn" },
  },
  aws_backup_vault_lock_configuration: {
    type: "AWS::Backup::BackupVault",
    partOf: { by: "backup_vault_name", type: "AWS::Backup::BackupVault" },
    names: {
      changeable_for_days: "LockConfiguration.ChangeableForDays",
      max_retention_days: "LockConfiguration.MaxRetentionDays",
      min_retention_days: "LockConfiguration.MinRetentionDays",
    },
  },
  aws_backup_plan: {
    type: "AWS::Backup::BackupPlan",
    names: {
      name: "BackupPlan.BackupPlanName",
      rule: "BackupPlan.BackupPlanRule",
      "rule.copy_action.destination_vault_arn": "DestinationBackupVaultArn",
      "rule.copy_action.lifecycle.delete_after": "DeleteAfterDays",
      "rule.target_vault_name": "TargetBackupVault",
      "rule.schedule": "ScheduleExpression",
      "rule.copy_action": "CopyActions",
      "rule.lifecycle.delete_after": "DeleteAfterDays",
    },
  },
  aws_backup_selection: {
    type: "AWS::Backup::BackupSelection",
    names: {
      plan_id: "BackupPlanId",
      resources: "BackupSelection.Resources",
      selection_tag: "BackupSelection.ListOfTags",
    },
  },
  aws_dlm_lifecycle_policy: {
    type: "AWS::DLM::LifecyclePolicy",
    names: {
      "policy_details.action": "Actions",
      "policy_details.schedule": "Schedules",
      "policy_details.schedule.cross_region_copy_rule": "CrossRegionCopyRules",
    },
  },
};

/** What every file system says of itself stands in a map of its kind. */
function fileSystem(kind: string, configuration: string): TfType {
  const inner = ["automatic_backup_retention_days", "copy_tags_to_backups", "deployment_type", "throughput_capacity"];
  return {
    type: "AWS::FSx::FileSystem",
    names: Object.fromEntries(inner.map((name) => [name, `${configuration}.${toPascal(name)}`])),
    defaults: { FileSystemType: kind },
  };
}
