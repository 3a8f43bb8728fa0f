/** Roles, policies, users, keys, secrets, user pools. */
import type { TfType } from "../vocabulary.ts";

export const IDENTITY_TYPES: Readonly<Record<string, TfType>> = {
  aws_iam_role: {
    type: "AWS::IAM::Role",
    names: {
      name: "RoleName",
      assume_role_policy: "AssumeRolePolicyDocument",
      inline_policy: "Policies",
      "inline_policy.name": "PolicyName",
      "inline_policy.policy": "PolicyDocument",
    },
  },
  aws_iam_policy: { type: "AWS::IAM::ManagedPolicy", names: { name: "ManagedPolicyName", policy: "PolicyDocument" } },
  aws_iam_role_policy: {
    type: "AWS::IAM::Policy",
    names: { name: "PolicyName", role: "Roles", policy: "PolicyDocument" },
    lists: ["role"],
  },
  aws_iam_user_policy: {
    type: "AWS::IAM::Policy",
    names: { name: "PolicyName", user: "Users", policy: "PolicyDocument" },
    lists: ["user"],
  },
  aws_iam_group_policy: {
    type: "AWS::IAM::Policy",
    names: { name: "PolicyName", group: "Groups", policy: "PolicyDocument" },
    lists: ["group"],
  },
  aws_iam_role_policy_attachment: {
    type: "AWS::IAM::Role",
    partOf: { by: "role", type: "AWS::IAM::Role" },
    names: { policy_arn: "ManagedPolicyArns" },
    lists: ["policy_arn"],
  },
  aws_iam_user_policy_attachment: {
    type: "AWS::IAM::User",
    partOf: { by: "user", type: "AWS::IAM::User" },
    names: { policy_arn: "ManagedPolicyArns" },
    lists: ["policy_arn"],
  },
  aws_iam_group_policy_attachment: {
    type: "AWS::IAM::Group",
    partOf: { by: "group", type: "AWS::IAM::Group" },
    names: { policy_arn: "ManagedPolicyArns" },
    lists: ["policy_arn"],
  },
  aws_iam_policy_attachment: { type: "Ward::PolicyAttachment" },
  aws_iam_user: { type: "AWS::IAM::User", names: { name: "UserName" } },
  aws_iam_group: { type: "AWS::IAM::Group", names: { name: "GroupName" } },
  aws_iam_group_membership: { type: "AWS::IAM::UserToGroupAddition", names: { group: "GroupName" } },
  aws_iam_access_key: { type: "AWS::IAM::AccessKey", names: { user: "UserName" } },
  aws_iam_user_login_profile: {
    type: "AWS::IAM::User",
    partOf: { by: "user", type: "AWS::IAM::User" },
    names: { password_reset_required: "LoginProfile.PasswordResetRequired" },
    defaults: { "LoginProfile.PasswordResetRequired": false },
  },
  aws_iam_user_group_membership: { type: "AWS::IAM::User", partOf: { by: "user", type: "AWS::IAM::User" } },
  aws_iam_account_password_policy: { type: "Ward::AccountPasswordPolicy" },
  aws_iam_instance_profile: { type: "AWS::IAM::InstanceProfile", names: { role: "Roles" }, lists: ["role"] },
  aws_kms_key: {
    type: "AWS::KMS::Key",
    names: {
      policy: "KeyPolicy",
      deletion_window_in_days: "PendingWindowInDays",
      customer_master_key_spec: "KeySpec",
      is_enabled: "Enabled",
    },
  },
  aws_kms_alias: { type: "AWS::KMS::Alias", names: { name: "AliasName" } },
  aws_secretsmanager_secret: { type: "AWS::SecretsManager::Secret" },
  aws_secretsmanager_secret_rotation: { type: "AWS::SecretsManager::RotationSchedule" },
  aws_secretsmanager_secret_policy: {
    type: "AWS::SecretsManager::ResourcePolicy",
    names: { secret_arn: "SecretId", policy: "ResourcePolicy" },
  },
  aws_ssm_parameter: { type: "AWS::SSM::Parameter" },
  aws_cognito_user_pool: {
    type: "AWS::Cognito::UserPool",
    names: {
      name: "UserPoolName",
      password_policy: "Policies.PasswordPolicy",
      user_pool_add_ons: "UserPoolAddOns",
      admin_create_user_config: "AdminCreateUserConfig",
    },
  },
  aws_cognito_user_pool_client: {
    type: "AWS::Cognito::UserPoolClient",
    names: { allowed_oauth_flows: "AllowedOAuthFlows", callback_urls: "CallbackURLs" },
  },
  aws_iot_policy: { type: "AWS::IoT::Policy", names: { name: "PolicyName", policy: "PolicyDocument" } },
  aws_cognito_identity_pool: { type: "AWS::Cognito::IdentityPool" },
};
