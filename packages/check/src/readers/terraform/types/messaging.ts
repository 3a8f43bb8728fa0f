/** Queues, topics, buses, streams, state machines, brokers. */
import type { TfType } from "../vocabulary.ts";

export const MESSAGING_TYPES: Readonly<Record<string, TfType>> = {
  aws_sqs_queue: {
    type: "AWS::SQS::Queue",
    names: { name: "QueueName", kms_data_key_reuse_period_seconds: "KmsDataKeyReusePeriodSeconds" },
    apart: [
      { argument: "policy", type: "AWS::SQS::QueuePolicy", at: "PolicyDocument", owner: "Queues", ownerIsList: true },
    ],
  },
  aws_sqs_queue_policy: {
    type: "AWS::SQS::QueuePolicy",
    names: { queue_url: "Queues", policy: "PolicyDocument" },
    lists: ["queue_url"],
  },
  aws_sqs_queue_redrive_policy: {
    type: "AWS::SQS::Queue",
    partOf: { by: "queue_url", type: "AWS::SQS::Queue" },
  },
  aws_sns_topic: {
    type: "AWS::SNS::Topic",
    names: { name: "TopicName" },
    apart: [
      { argument: "policy", type: "AWS::SNS::TopicPolicy", at: "PolicyDocument", owner: "Topics", ownerIsList: true },
    ],
  },
  aws_sns_topic_policy: {
    type: "AWS::SNS::TopicPolicy",
    names: { arn: "Topics", policy: "PolicyDocument" },
    lists: ["arn"],
  },
  aws_sns_topic_subscription: { type: "AWS::SNS::Subscription" },
  aws_cloudwatch_event_rule: { type: "AWS::Events::Rule" },
  aws_cloudwatch_event_target: {
    type: "AWS::Events::Rule",
    partOf: { by: "rule", type: "AWS::Events::Rule", item: "Targets" },
    names: { target_id: "Id" },
  },
  aws_cloudwatch_event_bus: { type: "AWS::Events::EventBus" },
  aws_cloudwatch_event_bus_policy: { type: "AWS::Events::EventBusPolicy", names: { policy: "Statement" } },
  aws_cloudwatch_event_permission: { type: "AWS::Events::EventBusPolicy" },
  aws_cloudwatch_event_archive: { type: "AWS::Events::Archive", names: { event_source_arn: "SourceArn" } },
  aws_scheduler_schedule: { type: "AWS::Scheduler::Schedule" },
  aws_pipes_pipe: { type: "AWS::Pipes::Pipe" },
  aws_kinesis_stream: {
    type: "AWS::Kinesis::Stream",
    names: {
      encryption_type: "StreamEncryption.EncryptionType",
      kms_key_id: "StreamEncryption.KeyId",
      retention_period: "RetentionPeriodHours",
    },
  },
  aws_kinesis_firehose_delivery_stream: {
    type: "AWS::KinesisFirehose::DeliveryStream",
    names: {
      name: "DeliveryStreamName",
      server_side_encryption: "DeliveryStreamEncryptionConfigurationInput",
      "server_side_encryption.key_arn": "KeyARN",
      kinesis_source_configuration: "KinesisStreamSourceConfiguration",
      extended_s3_configuration: "ExtendedS3DestinationConfiguration",
      redshift_configuration: "RedshiftDestinationConfiguration",
      splunk_configuration: "SplunkDestinationConfiguration",
      "splunk_configuration.hec_endpoint": "HECEndpoint",
      "splunk_configuration.hec_token": "HECToken",
    },
  },
  aws_sfn_state_machine: {
    type: "AWS::StepFunctions::StateMachine",
    names: {
      name: "StateMachineName",
      type: "StateMachineType",
      definition: "Definition",
      "logging_configuration.log_destination": "Destinations",
    },
  },
  aws_mq_broker: { type: "AWS::AmazonMQ::Broker", names: { user: "Users" } },
  aws_msk_cluster: {
    type: "AWS::MSK::Cluster",
    names: {
      "encryption_info.encryption_at_rest_kms_key_arn": "EncryptionAtRest.DataVolumeKMSKeyId",
      "encryption_info.encryption_in_transit": "EncryptionInTransit",
      "logging_info.broker_logs.cloudwatch_logs": "CloudWatchLogs",
      "logging_info.broker_logs.s3": "S3",
    },
  },
};
