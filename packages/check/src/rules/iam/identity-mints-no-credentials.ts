/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Rule } from "../rule.ts";

export const identityMintsNoCredentials: Rule = {
  id: "identity-mints-no-credentials",
  title: "No policy makes credentials for anyone",
  why: "Whoever can take a password, a token or another role for everything acts as someone else, and the log names the other.",
  remedy: "Name the roles, users and databases.",
  snippet: `
Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/reader" }] } } }`,
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
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/reader" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::labs/*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "sts:AssumeRole", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["redshift:GetClusterCredentials"], Resource: "*" }] } } }`,
      },
    ],
  },
};

const ACTIONS = [
  "chime:CreateApiKey",
  "codepipeline:PollForJobs",
  "cognito-identity:GetOpenIdToken",
  "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
  "cognito-identity:GetCredentialsForIdentity",
  "connect:GetFederationToken",
  "connect:GetFederationTokens",
  "ec2:GetPasswordData",
  "gamelift:GetComputeAuthToken",
  "gamelift:RequestUploadCredentials",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreateServiceSpecificCredential",
  "iam:ResetServiceSpecificCredential",
  "iam:UpdateAccessKey",
  "lightsail:GetInstanceAccessDetails",
  "lightsail:GetRelationalDatabaseMasterUserPassword",
  "rds-db:connect",
  "redshift:GetClusterCredentials",
  "sso:GetRoleCredentials",
  "sts:AssumeRole",
  "sts:AssumeRoleWithSAML",
  "sts:AssumeRoleWithWebIdentity",
  "sts:GetFederationToken",
];
