/** Requests of the services for messages, people, keys and functions whose action has another name than they have. */
import { open } from "../../resources/spoken.ts";
import { isWritten } from "../../sdk/code-values.ts";
import { joined, type Request } from "../request.ts";
import type { Condition } from "../need.ts";
import { keys } from "../target-arns.ts";
import { NONE, type Exceptions, type Use } from "./use.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
export const SQS: Exceptions = {
  ChangeMessageVisibilityBatch: ["ChangeMessageVisibility"],
  DeleteMessageBatch: ["DeleteMessage"],
  SendMessageBatch: ["SendMessage"],
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export const SNS: Exceptions = {
  Publish(request) {
    const target = request.text("TopicArn", "TargetArn");
    const toPhone = request.has("PhoneNumber") && (request.hasWritten("PhoneNumber") || target.texts.length === 0);
    const toTopic = request.hasWritten("TopicArn") || request.hasWritten("TargetArn") || !toPhone;
    const phone: Use = { action: "Publish", on: { texts: ["*"] }, except: ["arn:aws:sns:*:*:*"] };
    return [...(toTopic ? [{ action: "Publish" }] : []), ...(toPhone ? [phone] : [])];
  },
  PublishBatch: ["Publish"],
  ListSubscriptionsByTopic: ["ListSubscriptionsByTopic"],
};

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html */
export const LAMBDA: Exceptions = {
  Invoke: ["InvokeFunction"],
  InvokeAsync: ["InvokeFunction"],
  InvokeWithResponseStream: ["InvokeFunction"],
  GetLayerVersionByArn: ["GetLayerVersion"],
  PublishLayerVersion: ["PublishLayerVersion"],
};

/** https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html: what the message is made of decides. */
export const SES: Exceptions = {
  SendEmail(request) {
    if (request.api.client !== "sesv2") return [{ action: "SendEmail" }];
    const content = request.value("Content");
    const kinds = ["Raw", "Template", "Simple"].filter((kind) => isWritten(content, kind));
    const isRaw = kinds.includes("Raw");
    const isOther = kinds.length === 0 || kinds.some((kind) => kind !== "Raw");
    return [
      ...(isOther ? [{ action: "SendEmail" }] : []),
      ...(isRaw || content?.kind === "unknown" ? [{ action: "SendRawEmail" }] : []),
    ];
  },
  SendBulkEmail: ["SendBulkEmail"],
  SendBulkTemplatedEmail: ["SendBulkTemplatedEmail"],
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pools-API-operations.html: the public ones ask for no power. */
export const COGNITO_IDP: Exceptions = Object.fromEntries(
  [
    "AssociateSoftwareToken",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteWebAuthnCredential",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ListWebAuthnCredentials",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SetUserMFAPreference",
    "SetUserSettings",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateAuthEventFeedback",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
  ].map((operation) => [operation, NONE]),
);

/** https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html */
export const KMS: Exceptions = {
  ReEncrypt: (request) => [
    { action: "ReEncryptFrom", on: keys(request, request.text("SourceKeyId")) },
    { action: "ReEncryptTo", on: keys(request, request.text("DestinationKeyId")) },
  ],
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html: public as well. */
export const COGNITO_IDENTITY: Exceptions = {
  GetCredentialsForIdentity: NONE,
  GetId: NONE,
  GetOpenIdToken: NONE,
  UnlinkIdentity: NONE,
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html: these need no permission. */
export const STS: Exceptions = {
  AssumeRoleWithSAML: NONE,
  AssumeRoleWithWebIdentity: NONE,
  GetAccessKeyInfo: NONE,
  GetCallerIdentity: NONE,
  GetSessionToken: NONE,
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html */
export const EXECUTE_API: Exceptions = {
  DeleteConnection: ["ManageConnections"],
  GetConnection: ["ManageConnections"],
  PostToConnection: ["ManageConnections"],
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html */
export const CLOUDWATCH: Exceptions = {
  PutMetricData(request) {
    const namespaces = request.text("Namespace");
    const conditions: readonly Condition[] =
      namespaces.texts.length > 0 && namespaces.open === undefined
        ? [{ operator: "StringEquals", key: "cloudwatch:namespace", values: namespaces.texts }]
        : [];
    return [{ action: "PutMetricData", on: { texts: ["*"] }, conditions }];
  },
};

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html: the batch also asks for each. */
export const SECRETS: Exceptions = {
  BatchGetSecretValue(request) {
    const listed = request
      .items("SecretIdList")
      .map((one) => (one ? request.say(one) : open("the list of secrets is not known")));
    const said = joined(...(listed.length === 0 ? [open("the secrets are found by a filter")] : listed));
    const on = request.arns("secretsmanager:R:A:secret:{}", said, (name) =>
      /[}*]$/.test(name) ? name : `${name}-??????`,
    );
    return [
      { action: "BatchGetSecretValue", on: { texts: ["*"] } },
      { action: "GetSecretValue", on },
      ...(request.has("Filters") && !listed.length ? [{ action: "ListSecrets", on: { texts: ["*"] } }] : []),
    ];
  },
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html: its actions are HTTP's methods. */
export function apiGateway({ api: { operation } }: Request): readonly Use[] {
  const method = API_METHODS.find(([verb]) => verb.test(operation))?.[1] ?? "GET";
  return [{ action: method }];
}

const API_METHODS: readonly (readonly [RegExp, string])[] = [
  [/^(Get|Export)/, "GET"],
  [/^(Create|Import|Generate|Test)/, "POST"],
  [/^Update/, "PATCH"],
  [/^(Put|Tag|Reimport)/, "PUT"],
  [/^(Delete|Flush|Untag|Reset)/, "DELETE"],
];
