/** Trails, logs, alarms, Config, GuardDuty, budgets. */
import type { TfType } from "../vocabulary.ts";

export const GOVERNANCE_TYPES: Readonly<Record<string, TfType>> = {
  aws_cloudtrail: {
    type: "AWS::CloudTrail::Trail",
    names: {
      name: "TrailName",
      cloud_watch_logs_group_arn: "CloudWatchLogsLogGroupArn",
      cloud_watch_logs_role_arn: "CloudWatchLogsRoleArn",
      enable_logging: "IsLogging",
      kms_key_id: "KMSKeyId",
      s3_bucket_name: "S3BucketName",
      event_selector: "EventSelectors",
      "event_selector.data_resource": "DataResources",
      advanced_event_selector: "AdvancedEventSelectors",
      "advanced_event_selector.field_selector": "FieldSelectors",
    },
    defaults: { IsLogging: true },
  },
  aws_cloudwatch_log_group: { type: "AWS::Logs::LogGroup", names: { name: "LogGroupName" } },
  aws_cloudwatch_log_metric_filter: {
    type: "AWS::Logs::MetricFilter",
    names: { pattern: "FilterPattern", metric_transformation: "MetricTransformations" },
  },
  aws_cloudwatch_log_subscription_filter: { type: "AWS::Logs::SubscriptionFilter" },
  aws_cloudwatch_log_delivery: { type: "AWS::Logs::Delivery" },
  aws_cloudwatch_log_delivery_source: { type: "AWS::Logs::DeliverySource" },
  aws_cloudwatch_metric_alarm: { type: "AWS::CloudWatch::Alarm", names: { ok_actions: "OKActions" } },
  aws_config_configuration_aggregator: {
    type: "AWS::Config::ConfigurationAggregator",
    names: {
      name: "ConfigurationAggregatorName",
      account_aggregation_source: "AccountAggregationSources",
      "account_aggregation_source.all_regions": "AllAwsRegions",
      "organization_aggregation_source.all_regions": "AllAwsRegions",
    },
  },
  aws_config_configuration_recorder: {
    type: "AWS::Config::ConfigurationRecorder",
    names: { role_arn: "RoleARN" },
  },
  aws_guardduty_detector: { type: "AWS::GuardDuty::Detector" },
  aws_securityhub_account: { type: "AWS::SecurityHub::Hub" },
  aws_budgets_budget: {
    type: "AWS::Budgets::Budget",
    names: {
      budget_type: "Budget.BudgetType",
      limit_amount: "Budget.BudgetLimit.Amount",
      limit_unit: "Budget.BudgetLimit.Unit",
      name: "Budget.BudgetName",
      notification: "NotificationsWithSubscribers",
      time_unit: "Budget.TimeUnit",
    },
  },
  aws_xray_encryption_config: { type: "Ward::XRayEncryption" },
};
