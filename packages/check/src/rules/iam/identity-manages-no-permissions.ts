/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Rule } from "../rule.ts";

export const identityManagesNoPermissions: Rule = {
  id: "identity-manages-no-permissions",
  title: "No policy changes who may do what, on everything",
  why: "With it the policies of buckets, keys, queues and roles say what the holder likes.",
  remedy: "Leave such actions to the deployment, or name the resources.",
  snippet: `
Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:PutBucketPolicy", Resource: "arn:aws:s3:::labs" }] } } }`,
  severity: "high",
  topics: ["least-privilege", "privilege-escalation"],
  types: IDENTITY_TYPES,
  judge(thing: Resource) {
    return noGrant(thing, (statement) =>
      all(
        statement.hasWildcardResource(),
        any(...ACTIONS.map((action) => statement.coversAction(action))),
        not(statement.property.at("Condition").isFilled()),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:PutBucketPolicy", Resource: "arn:aws:s3:::labs" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:PutBucketPolicy", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["kms:*"], Resource: "*" }] } } }`,
      },
    ],
  },
};

const ACTIONS = [
  "backup:PutBackupVaultAccessPolicy",
  "dynamodb:PutResourcePolicy",
  "ecr:SetRepositoryPolicy",
  "elasticfilesystem:PutFileSystemPolicy",
  "events:PutPermission",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreatePolicy",
  "iam:CreatePolicyVersion",
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:UpdateAssumeRolePolicy",
  "kms:CreateGrant",
  "kms:PutKeyPolicy",
  "lambda:AddPermission",
  "lambda:AddLayerVersionPermission",
  "ram:CreateResourceShare",
  "s3:PutAccountPublicAccessBlock",
  "s3:PutBucketAcl",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutObjectAcl",
  "secretsmanager:PutResourcePolicy",
  "sns:AddPermission",
  "sqs:AddPermission",
  "ssm:ModifyDocumentPermission",
];
