/** Functions, APIs, containers, instances, models, builds. */
import type { TfType } from "../vocabulary.ts";
import { pascalKeys, wrapItems } from "./reshape.ts";

const DISKS = {
  root_block_device: "BlockDeviceMappings",
  "root_block_device.encrypted": "Ebs.Encrypted",
  "root_block_device.kms_key_id": "Ebs.KmsKeyId",
  ebs_block_device: "BlockDeviceMappings",
  "ebs_block_device.encrypted": "Ebs.Encrypted",
  "ebs_block_device.kms_key_id": "Ebs.KmsKeyId",
};
const LAUNCH_TEMPLATE = { "launch_template.id": "LaunchTemplateId", "launch_template.name": "LaunchTemplateName" };

export const COMPUTE_TYPES: Readonly<Record<string, TfType>> = {
  aws_lambda_function: {
    type: "AWS::Lambda::Function",
    names: {
      image_uri: "Code.ImageUri",
      s3_bucket: "Code.S3Bucket",
      s3_key: "Code.S3Key",
      s3_object_version: "Code.S3ObjectVersion",
    },
  },
  aws_lambda_permission: { type: "AWS::Lambda::Permission", names: { principal_org_id: "PrincipalOrgID" } },
  aws_lambda_function_url: {
    type: "AWS::Lambda::Url",
    names: { function_name: "TargetFunctionArn", authorization_type: "AuthType" },
  },
  aws_lambda_event_source_mapping: { type: "AWS::Lambda::EventSourceMapping" },
  aws_lambda_function_event_invoke_config: { type: "AWS::Lambda::EventInvokeConfig" },
  aws_lambda_layer_version: { type: "AWS::Lambda::LayerVersion" },
  aws_lambda_layer_version_permission: {
    type: "AWS::Lambda::LayerVersionPermission",
    names: { layer_name: "LayerVersionArn" },
  },
  aws_lambda_alias: { type: "AWS::Lambda::Alias" },
  aws_api_gateway_rest_api: { type: "AWS::ApiGateway::RestApi" },
  aws_api_gateway_rest_api_policy: {
    type: "AWS::ApiGateway::RestApi",
    partOf: { by: "rest_api_id", type: "AWS::ApiGateway::RestApi" },
  },
  aws_api_gateway_stage: {
    type: "AWS::ApiGateway::Stage",
    names: { access_log_settings: "AccessLogSetting", xray_tracing_enabled: "TracingEnabled" },
  },
  aws_api_gateway_method_settings: {
    type: "AWS::ApiGateway::Stage",
    partOf: { by: "stage_name", type: "AWS::ApiGateway::Stage", item: "MethodSettings" },
    names: { settings: "" },
  },
  aws_api_gateway_method: { type: "AWS::ApiGateway::Method", names: { authorization: "AuthorizationType" } },
  aws_api_gateway_authorizer: { type: "AWS::ApiGateway::Authorizer" },
  aws_api_gateway_deployment: { type: "AWS::ApiGateway::Deployment" },
  aws_api_gateway_domain_name: { type: "AWS::ApiGateway::DomainName" },
  aws_api_gateway_usage_plan: {
    type: "AWS::ApiGateway::UsagePlan",
    names: { api_stages: "ApiStages", throttle_settings: "Throttle", quota_settings: "Quota" },
  },
  aws_api_gateway_request_validator: { type: "AWS::ApiGateway::RequestValidator" },
  aws_api_gateway_resource: { type: "AWS::ApiGateway::Resource" },
  aws_api_gateway_integration: { type: "Terraform::aws_api_gateway_integration" },
  aws_apigatewayv2_api: { type: "AWS::ApiGatewayV2::Api" },
  aws_apigatewayv2_stage: { type: "AWS::ApiGatewayV2::Stage", names: { name: "StageName" } },
  aws_apigatewayv2_route: { type: "AWS::ApiGatewayV2::Route" },
  aws_apigatewayv2_integration: { type: "AWS::ApiGatewayV2::Integration" },
  aws_apigatewayv2_authorizer: { type: "AWS::ApiGatewayV2::Authorizer" },
  aws_apigatewayv2_domain_name: {
    type: "AWS::ApiGatewayV2::DomainName",
    names: { domain_name_configuration: "DomainNameConfigurations" },
  },
  aws_appsync_graphql_api: {
    type: "AWS::AppSync::GraphQLApi",
    names: {
      "log_config.cloudwatch_logs_role_arn": "CloudWatchLogsRoleArn",
      additional_authentication_provider: "AdditionalAuthenticationProviders",
    },
  },
  aws_appsync_api_cache: { type: "AWS::AppSync::ApiCache" },
  aws_ecs_cluster: { type: "AWS::ECS::Cluster", names: { name: "ClusterName", setting: "ClusterSettings" } },
  aws_ecs_service: {
    type: "AWS::ECS::Service",
    names: { network_configuration: "NetworkConfiguration.AwsvpcConfiguration" },
    values: { "network_configuration.assign_public_ip": { true: "ENABLED", false: "DISABLED" } },
  },
  aws_ecs_task_definition: {
    type: "AWS::ECS::TaskDefinition",
    names: {
      volume: "Volumes",
      "volume.efs_volume_configuration": "EFSVolumeConfiguration",
      "volume.efs_volume_configuration.file_system_id": "FilesystemId",
      "volume.efs_volume_configuration.authorization_config.iam": "IAM",
      "volume.docker_volume_configuration": "DockerVolumeConfiguration",
    },
    reshape: pascalKeys("ContainerDefinitions"),
  },
  aws_eks_node_group: {
    type: "AWS::EKS::Nodegroup",
    names: { "remote_access.source_security_group_ids": "SourceSecurityGroups", node_role_arn: "NodeRole" },
  },
  aws_eks_cluster: {
    type: "AWS::EKS::Cluster",
    names: {
      encryption_config: "EncryptionConfig",
      vpc_config: "ResourcesVpcConfig",
      enabled_cluster_log_types: "EnabledTypes",
    },
    reshape: (whole) => {
      const wrapped = wrapItems("EnabledTypes", "Type")(whole);
      const types = wrapped.entries.get("EnabledTypes");
      if (!types) return wrapped;
      const cluster = { ...wrapped, entries: new Map([["EnabledTypes", types]]) };
      const logging = { ...wrapped, entries: new Map([["ClusterLogging", cluster]]) };
      return { ...wrapped, entries: new Map([...wrapped.entries, ["Logging", logging]]) };
    },
  },
  aws_elastic_beanstalk_environment: {
    type: "AWS::ElasticBeanstalk::Environment",
    names: { setting: "OptionSettings", "setting.name": "OptionName", application: "ApplicationName" },
  },
  aws_batch_job_definition: { type: "AWS::Batch::JobDefinition", reshape: pascalKeys("ContainerProperties") },
  aws_instance: {
    type: "AWS::EC2::Instance",
    names: {
      ...DISKS,
      ami: "ImageId",
      associate_public_ip_address: "NetworkInterfaces.AssociatePublicIpAddress",
      ...LAUNCH_TEMPLATE,
      user_data_base64: "UserData",
      vpc_security_group_ids: "SecurityGroupIds",
    },
  },
  aws_launch_configuration: {
    type: "AWS::AutoScaling::LaunchConfiguration",
    names: { ...DISKS, user_data_base64: "UserData", enable_monitoring: "InstanceMonitoring" },
  },
  aws_launch_template: {
    type: "AWS::EC2::LaunchTemplate",
    names: {
      block_device_mappings: "LaunchTemplateData.BlockDeviceMappings",
      metadata_options: "LaunchTemplateData.MetadataOptions",
      monitoring: "LaunchTemplateData.Monitoring",
      network_interfaces: "LaunchTemplateData.NetworkInterfaces",
      user_data: "LaunchTemplateData.UserData",
    },
  },
  aws_autoscaling_group: {
    type: "AWS::AutoScaling::AutoScalingGroup",
    names: {
      ...LAUNCH_TEMPLATE,
      load_balancers: "LoadBalancerNames",
      target_group_arns: "TargetGroupARNs",
      vpc_zone_identifier: "VPCZoneIdentifier",
    },
  },
  aws_codebuild_project: {
    type: "AWS::CodeBuild::Project",
    names: { "environment.environment_variable": "EnvironmentVariables" },
  },
  aws_emr_cluster: { type: "AWS::EMR::Cluster" },
  aws_emr_security_configuration: {
    type: "AWS::EMR::SecurityConfiguration",
    names: { configuration: "SecurityConfiguration" },
  },
  aws_athena_workgroup: {
    type: "AWS::Athena::WorkGroup",
    names: {
      configuration: "WorkGroupConfiguration",
      "configuration.enforce_workgroup_configuration": "EnforceWorkGroupConfiguration",
    },
  },
  aws_athena_database: { type: "Ward::AthenaDatabase" },
  aws_glue_security_configuration: {
    type: "AWS::Glue::SecurityConfiguration",
    names: {
      "encryption_configuration.cloudwatch_encryption": "CloudWatchEncryption",
      "encryption_configuration.cloudwatch_encryption.cloudwatch_encryption_mode": "CloudWatchEncryptionMode",
      "encryption_configuration.s3_encryption": "S3Encryptions",
    },
  },
  aws_glue_crawler: {
    type: "AWS::Glue::Crawler",
    names: { security_configuration: "CrawlerSecurityConfiguration" },
  },
  aws_glue_data_catalog_encryption_settings: { type: "AWS::Glue::DataCatalogEncryptionSettings" },
  aws_glue_dev_endpoint: { type: "AWS::Glue::DevEndpoint" },
  aws_glue_job: { type: "AWS::Glue::Job" },
  aws_sagemaker_domain: { type: "AWS::SageMaker::Domain" },
  aws_sagemaker_notebook_instance: { type: "AWS::SageMaker::NotebookInstance" },
  aws_sagemaker_endpoint_configuration: { type: "AWS::SageMaker::EndpointConfig", names: { kms_key_arn: "KmsKeyId" } },
  aws_sagemaker_model: { type: "AWS::SageMaker::Model" },
  aws_kendra_index: { type: "AWS::Kendra::Index" },
  aws_bedrock_guardrail: { type: "AWS::Bedrock::Guardrail" },
  aws_bedrockagent_agent: {
    type: "AWS::Bedrock::Agent",
    names: { customer_encryption_key_arn: "CustomerEncryptionKeyArn" },
  },
  aws_workspaces_workspace: { type: "AWS::WorkSpaces::Workspace" },
  aws_dms_endpoint: { type: "AWS::DMS::Endpoint" },
  aws_dms_replication_instance: { type: "AWS::DMS::ReplicationInstance" },
  aws_gamelift_fleet: {
    type: "AWS::GameLift::Fleet",
    names: { ec2_inbound_permission: "EC2InboundPermissions", ec2_instance_type: "EC2InstanceType" },
  },
  aws_lightsail_instance: { type: "AWS::Lightsail::Instance", names: { name: "InstanceName" } },
  aws_lightsail_bucket: { type: "AWS::Lightsail::Bucket", names: { name: "BucketName" } },
  aws_lightsail_container_service: { type: "AWS::Lightsail::Container", names: { name: "ServiceName" } },
  aws_lightsail_database: { type: "AWS::Lightsail::Database", names: { master_password: "MasterUserPassword" } },
  aws_transfer_server: { type: "AWS::Transfer::Server" },
};
