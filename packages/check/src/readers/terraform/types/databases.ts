/** Tables, relational and other databases, caches, search, warehouses. */
import type { TfType } from "../vocabulary.ts";
import { byProperty } from "./reshape.ts";

const RELATIONAL = {
  backup_retention_period: "BackupRetentionPeriod",
  ca_cert_identifier: "CACertificateIdentifier",
  db_subnet_group_name: "DBSubnetGroupName",
  enabled_cloudwatch_logs_exports: "EnableCloudwatchLogsExports",
  iam_database_authentication_enabled: "EnableIAMDatabaseAuthentication",
  identifier: "DBInstanceIdentifier",
  instance_class: "DBInstanceClass",
  master_password: "MasterUserPassword",
  multi_az: "MultiAZ",
  password: "MasterUserPassword",
  performance_insights_enabled: "EnablePerformanceInsights",
  performance_insights_kms_key_id: "PerformanceInsightsKMSKeyId",
  replicate_source_db: "SourceDBInstanceIdentifier",
  snapshot_identifier: "DBSnapshotIdentifier",
  username: "MasterUsername",
  vpc_security_group_ids: "VPCSecurityGroups",
};
const CLUSTER = {
  ...RELATIONAL,
  cluster_identifier: "DBClusterIdentifier",
  replication_source_identifier: "ReplicationSourceIdentifier",
  scaling_configuration: "ScalingConfiguration",
  serverlessv2_scaling_configuration: "ServerlessV2ScalingConfiguration",
  snapshot_identifier: "SnapshotIdentifier",
  vpc_security_group_ids: "VpcSecurityGroupIds",
};
const SEARCH = {
  encrypt_at_rest: "EncryptionAtRestOptions",
  node_to_node_encryption: "NodeToNodeEncryptionOptions",
  "domain_endpoint_options.enforce_https": "EnforceHTTPS",
  "domain_endpoint_options.tls_security_policy": "TLSSecurityPolicy",
  "log_publishing_options.cloudwatch_log_group_arn": "CloudWatchLogsLogGroupArn",
  vpc_options: "VPCOptions",
  "advanced_security_options.internal_user_database_enabled": "InternalUserDatabaseEnabled",
};
const DOCUMENT_CLUSTER = {
  kms_key_id: "KmsKeyId",
  master_password: "MasterUserPassword",
  enabled_cloudwatch_logs_exports: "EnableCloudwatchLogsExports",
};

export const DATABASE_TYPES: Readonly<Record<string, TfType>> = {
  aws_dynamodb_table: {
    type: "AWS::DynamoDB::Table",
    names: {
      name: "TableName",
      server_side_encryption: "SSESpecification",
      "server_side_encryption.enabled": "SSEEnabled",
      "server_side_encryption.kms_key_arn": "KMSMasterKeyId",
      point_in_time_recovery: "PointInTimeRecoverySpecification",
      "point_in_time_recovery.enabled": "PointInTimeRecoveryEnabled",
      read_capacity: "ProvisionedThroughput.ReadCapacityUnits",
      write_capacity: "ProvisionedThroughput.WriteCapacityUnits",
    },
  },
  aws_dax_cluster: {
    type: "AWS::DAX::Cluster",
    names: { server_side_encryption: "SSESpecification", "server_side_encryption.enabled": "SSEEnabled" },
  },
  aws_db_instance: { type: "AWS::RDS::DBInstance", names: RELATIONAL },
  aws_rds_cluster: { type: "AWS::RDS::DBCluster", names: CLUSTER },
  aws_rds_cluster_instance: {
    type: "AWS::RDS::DBInstance",
    names: { ...RELATIONAL, cluster_identifier: "DBClusterIdentifier" },
  },
  aws_db_proxy: { type: "AWS::RDS::DBProxy", names: { require_tls: "RequireTLS", name: "DBProxyName" } },
  aws_db_cluster_snapshot: { type: "Ward::DbClusterSnapshot" },
  aws_neptune_cluster: {
    type: "AWS::Neptune::DBCluster",
    names: { kms_key_arn: "KmsKeyId", iam_database_authentication_enabled: "IamAuthEnabled" },
  },
  aws_neptune_cluster_instance: { type: "AWS::Neptune::DBInstance" },
  aws_docdb_cluster: { type: "AWS::DocDB::DBCluster", names: DOCUMENT_CLUSTER },
  aws_docdb_cluster_parameter_group: {
    type: "AWS::DocDB::DBClusterParameterGroup",
    names: { parameter: "Parameters" },
    reshape: byProperty("Parameters", "Name"),
  },
  aws_docdb_cluster_instance: { type: "AWS::DocDB::DBInstance", names: { kms_key_id: "KmsKeyId" } },
  aws_elasticache_replication_group: {
    type: "AWS::ElastiCache::ReplicationGroup",
    names: { multi_az_enabled: "MultiAZEnabled", description: "ReplicationGroupDescription" },
  },
  aws_elasticache_cluster: {
    type: "AWS::ElastiCache::CacheCluster",
    names: { node_type: "CacheNodeType", num_cache_nodes: "NumCacheNodes" },
  },
  aws_elasticache_security_group: { type: "AWS::ElastiCache::SecurityGroup" },
  aws_memorydb_cluster: {
    type: "AWS::MemoryDB::Cluster",
    names: { acl_name: "ACLName", kms_key_arn: "KmsKeyId", tls_enabled: "TLSEnabled" },
  },
  aws_elasticsearch_domain: {
    type: "AWS::Elasticsearch::Domain",
    names: { ...SEARCH, cluster_config: "ElasticsearchClusterConfig" },
    reshape: byProperty("LogPublishingOptions", "LogType"),
  },
  aws_opensearch_domain: {
    type: "AWS::OpenSearchService::Domain",
    names: SEARCH,
    reshape: byProperty("LogPublishingOptions", "LogType"),
  },
  aws_redshift_cluster: {
    type: "AWS::Redshift::Cluster",
    names: { database_name: "DBName", master_password: "MasterUserPassword", logging: "LoggingProperties" },
  },
  aws_redshift_logging: {
    type: "AWS::Redshift::Cluster",
    partOf: { by: "cluster_identifier", type: "AWS::Redshift::Cluster" },
    names: {
      bucket_name: "LoggingProperties.BucketName",
      log_destination_type: "LoggingProperties.LogDestinationType",
      log_exports: "LoggingProperties.LogExports",
      s3_key_prefix: "LoggingProperties.S3KeyPrefix",
    },
  },
  aws_redshift_parameter_group: {
    type: "AWS::Redshift::ClusterParameterGroup",
    names: {
      parameter: "Parameters",
      "parameter.name": "ParameterName",
      "parameter.value": "ParameterValue",
      family: "ParameterGroupFamily",
    },
  },
  aws_redshift_security_group: { type: "AWS::Redshift::ClusterSecurityGroup" },
  aws_keyspaces_table: {
    type: "AWS::Cassandra::Table",
    names: {
      "encryption_specification.type": "EncryptionType",
      point_in_time_recovery: "",
      "point_in_time_recovery.status": "PointInTimeRecoveryEnabled",
    },
    values: { "point_in_time_recovery.status": { ENABLED: true, DISABLED: false } },
  },
  aws_qldb_ledger: { type: "AWS::QLDB::Ledger" },
  aws_timestreamwrite_database: { type: "AWS::Timestream::Database" },
};
