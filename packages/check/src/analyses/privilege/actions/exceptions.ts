/**
 * Requests that need another action than the one of their name, or more. Where AWS says so stands beside each part; what
 * depends on the input is decided by the input, and where that is not known, by everything that it may be.
 */
import type { CodeValue } from "../../../code/contract.ts";
import { ownEntry } from "../../../source/own-entry.ts";
import { open, type Spoken } from "../resources/spoken.ts";
import type { Condition } from "./need.ts";
import { joined, type Request } from "./request.ts";
import { buckets, foreignAliases, keys, objects, tables } from "./targets.ts";
import { field, isGiven, isWritten } from "../sdk/code-values.ts";

export interface Use {
  /** With its service where that is another: `s3:GetObject`. */
  readonly action: string;
  /** Where it is another than what the action's name and the input say. */
  readonly on?: Spoken;
  readonly except?: readonly string[];
  readonly conditions?: readonly Condition[];
}
type Exception = readonly string[] | ((request: Request) => readonly Use[]);

const NONE: readonly string[] = [];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const S3: Readonly<Record<string, Exception>> = {
  AbortMultipartUpload: ["AbortMultipartUpload"],
  CompleteMultipartUpload: ["PutObject"],
  CopyObject: (request) => [...copied(request), ...putObject(request)],
  CreateMultipartUpload: (request) => putObject(request),
  DeleteBucketAnalyticsConfiguration: ["PutAnalyticsConfiguration"],
  DeleteBucketCors: ["PutBucketCORS"],
  DeleteBucketEncryption: ["PutEncryptionConfiguration"],
  DeleteBucketLifecycle: ["PutLifecycleConfiguration"],
  DeleteBucketOwnershipControls: ["PutBucketOwnershipControls"],
  DeleteBucketReplication: ["PutReplicationConfiguration"],
  DeleteBucketTagging: ["PutBucketTagging"],
  DeleteObject: (request) => [versioned(request, "DeleteObject", "DeleteObjectVersion")],
  DeleteObjectTagging: (request) => [versioned(request, "DeleteObjectTagging", "DeleteObjectVersionTagging")],
  DeleteObjects(request) {
    const listed = request.items("Delete", "Objects");
    const on = objects(buckets(request.text("Bucket"), request), { texts: [] });
    const hasVersions = listed.some((one) => isWritten(one, "VersionId"));
    const hasPlain = listed.length === 0 || listed.some((one) => !isWritten(one, "VersionId"));
    return [
      ...(hasPlain ? [{ action: "DeleteObject", on }] : []),
      ...(hasVersions ? [{ action: "DeleteObjectVersion", on }] : []),
    ];
  },
  DeletePublicAccessBlock: ["PutBucketPublicAccessBlock"],
  GetBucketAccelerateConfiguration: ["GetAccelerateConfiguration"],
  GetBucketAnalyticsConfiguration: ["GetAnalyticsConfiguration"],
  GetBucketCors: ["GetBucketCORS"],
  GetBucketEncryption: ["GetEncryptionConfiguration"],
  GetBucketInventoryConfiguration: ["GetInventoryConfiguration"],
  GetBucketLifecycle: ["GetLifecycleConfiguration"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration"],
  GetBucketMetricsConfiguration: ["GetMetricsConfiguration"],
  GetBucketNotificationConfiguration: ["GetBucketNotification"],
  GetBucketReplication: ["GetReplicationConfiguration"],
  GetObject: (request) => [versioned(request, "GetObject", "GetObjectVersion")],
  GetObjectAcl: (request) => [versioned(request, "GetObjectAcl", "GetObjectVersionAcl")],
  GetObjectAttributes: (request) =>
    request.hasWritten("VersionId")
      ? [{ action: "GetObjectVersion" }, { action: "GetObjectVersionAttributes" }]
      : [{ action: "GetObject" }, { action: "GetObjectAttributes" }],
  GetObjectLockConfiguration: ["GetBucketObjectLockConfiguration"],
  GetObjectTagging: (request) => [versioned(request, "GetObjectTagging", "GetObjectVersionTagging")],
  GetObjectTorrent: ["GetObjectTorrent"],
  GetPublicAccessBlock: ["GetBucketPublicAccessBlock"],
  HeadBucket: ["ListBucket"],
  HeadObject: (request) => [versioned(request, "GetObject", "GetObjectVersion")],
  ListBuckets: ["ListAllMyBuckets"],
  ListDirectoryBuckets: ["ListAllMyBuckets"],
  ListMultipartUploads: ["ListBucketMultipartUploads"],
  ListObjectVersions: ["ListBucketVersions"],
  ListObjects: ["ListBucket"],
  ListObjectsV2: ["ListBucket"],
  ListParts: ["ListMultipartUploadParts"],
  PutBucketAccelerateConfiguration: ["PutAccelerateConfiguration"],
  PutBucketCors: ["PutBucketCORS"],
  PutBucketEncryption: ["PutEncryptionConfiguration"],
  PutBucketLifecycle: ["PutLifecycleConfiguration"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration"],
  PutBucketNotificationConfiguration: ["PutBucketNotification"],
  PutBucketReplication: ["PutReplicationConfiguration"],
  PutObject: (request) => putObject(request),
  PutObjectAcl: (request) => [versioned(request, "PutObjectAcl", "PutObjectVersionAcl")],
  PutObjectLockConfiguration: ["PutBucketObjectLockConfiguration"],
  PutObjectTagging: (request) => [versioned(request, "PutObjectTagging", "PutObjectVersionTagging")],
  PutPublicAccessBlock: ["PutBucketPublicAccessBlock"],
  SelectObjectContent: ["GetObject"],
  UploadPart: ["PutObject"],
  UploadPartCopy: (request) => [...copied(request), { action: "PutObject" }],
  WriteGetObjectResponse: (request) => [
    {
      action: "s3-object-lambda:WriteGetObjectResponse",
      on: request.arns("s3-object-lambda:R:A:accesspoint/{}", { texts: ["*"] }),
    },
  ],
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html and ql-iam.html */
const DYNAMODB: Readonly<Record<string, Exception>> = {
  BatchExecuteStatement: (request) =>
    request.items("Statements").flatMap((one) => statement(request, one ? field(one, "Statement") : undefined)),
  BatchGetItem: (request) => [{ action: "BatchGetItem", on: keyedTables(request) }],
  BatchWriteItem: (request) => [{ action: "BatchWriteItem", on: keyedTables(request) }],
  DescribeEndpoints: NONE,
  ExecuteStatement: (request) => statement(request, request.value("Statement")),
  ExecuteTransaction: (request) =>
    request.items("TransactStatements").flatMap((one) => statement(request, one ? field(one, "Statement") : undefined)),
  ListTagsOfResource: (request) => [{ action: "ListTagsOfResource", on: tables(request, request.text("ResourceArn")) }],
  TransactGetItems: (request) => transaction(request, { Get: "GetItem" }),
  TransactWriteItems: (request) =>
    transaction(request, {
      Put: "PutItem",
      Update: "UpdateItem",
      Delete: "DeleteItem",
      ConditionCheck: "ConditionCheckItem",
    }),
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
const SQS: Readonly<Record<string, Exception>> = {
  ChangeMessageVisibilityBatch: ["ChangeMessageVisibility"],
  DeleteMessageBatch: ["DeleteMessage"],
  SendMessageBatch: ["SendMessage"],
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
const SNS: Readonly<Record<string, Exception>> = {
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
const LAMBDA: Readonly<Record<string, Exception>> = {
  Invoke: ["InvokeFunction"],
  InvokeAsync: ["InvokeFunction"],
  InvokeWithResponseStream: ["InvokeFunction"],
  GetLayerVersionByArn: ["GetLayerVersion"],
  PublishLayerVersion: ["PublishLayerVersion"],
};

/** https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html: what the message is made of decides. */
const SES: Readonly<Record<string, Exception>> = {
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

/** https://docs.aws.amazon.com/bedrock/latest/userguide/inference-api-restrictions.html: no action has Converse's name. */
const BEDROCK: Readonly<Record<string, Exception>> = {
  Converse: ["InvokeModel"],
  ConverseStream: ["InvokeModelWithResponseStream"],
  InvokeModelWithBidirectionalStream: ["InvokeModel"],
  StartAsyncInvoke: ["InvokeModel"],
  CountTokens: ["CountTokens"],
  RetrieveAndGenerate: (request) => [{ action: "RetrieveAndGenerate", on: { texts: ["*"] } }, ...knowledge(request)],
  RetrieveAndGenerateStream: (request) => [
    { action: "RetrieveAndGenerate", on: { texts: ["*"] } },
    ...knowledge(request),
  ],
  Retrieve: (request) => [
    { action: "Retrieve", on: request.arns("bedrock:R:A:knowledge-base/{}", request.text("knowledgeBaseId")) },
  ],
  InvokeAgent: (request) => [{ action: "InvokeAgent", on: agentAlias(request) }],
  InvokeFlow: (request) => [
    { action: "InvokeFlow", on: request.arns("bedrock:R:A:flow/{}*", request.text("flowIdentifier")) },
  ],
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pools-API-operations.html: the public ones ask for no power. */
const COGNITO_IDP: Readonly<Record<string, Exception>> = Object.fromEntries(
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
const KMS: Readonly<Record<string, Exception>> = {
  ReEncrypt: (request) => [
    { action: "ReEncryptFrom", on: keys(request, request.text("SourceKeyId")) },
    { action: "ReEncryptTo", on: keys(request, request.text("DestinationKeyId")) },
  ],
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html */
const STATES: Readonly<Record<string, Exception>> = {
  GetActivityTask: ["GetActivityTask"],
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html: public as well. */
const COGNITO_IDENTITY: Readonly<Record<string, Exception>> = {
  GetCredentialsForIdentity: NONE,
  GetId: NONE,
  GetOpenIdToken: NONE,
  UnlinkIdentity: NONE,
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html: these need no permission. */
const STS: Readonly<Record<string, Exception>> = {
  AssumeRoleWithSAML: NONE,
  AssumeRoleWithWebIdentity: NONE,
  GetAccessKeyInfo: NONE,
  GetCallerIdentity: NONE,
  GetSessionToken: NONE,
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html */
const EXECUTE_API: Readonly<Record<string, Exception>> = {
  DeleteConnection: ["ManageConnections"],
  GetConnection: ["ManageConnections"],
  PostToConnection: ["ManageConnections"],
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html */
const CLOUDWATCH: Readonly<Record<string, Exception>> = {
  PutMetricData(request) {
    const namespaces = request.text("Namespace");
    const conditions: readonly Condition[] =
      namespaces.texts.length > 0 && namespaces.open === undefined
        ? [{ operator: "StringEquals", key: "cloudwatch:namespace", values: namespaces.texts }]
        : [];
    return [{ action: "PutMetricData", on: { texts: ["*"] }, conditions }];
  },
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html */
const RDS_DATA: Readonly<Record<string, Exception>> = Object.fromEntries(
  [
    "BatchExecuteStatement",
    "BeginTransaction",
    "CommitTransaction",
    "ExecuteSql",
    "ExecuteStatement",
    "RollbackTransaction",
  ].map((operation) => [
    operation,
    (request: Request): readonly Use[] => [
      { action: operation },
      ...secretOf(request, request.text("secretArn", "awsSecretStoreArn")),
    ],
  ]),
);

/** https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html */
const REDSHIFT_DATA: Readonly<Record<string, Exception>> = Object.fromEntries(
  ["BatchExecuteStatement", "ExecuteStatement"].map((operation) => [
    operation,
    (request: Request): readonly Use[] => {
      if (request.hasWritten("SecretArn"))
        return [{ action: operation }, ...secretOf(request, request.text("SecretArn"))];
      const isServerless = request.hasWritten("WorkgroupName");
      return [
        { action: operation },
        {
          action: isServerless ? "redshift-serverless:GetCredentials" : "redshift:GetClusterCredentials",
          on: { texts: ["*"] },
        },
      ];
    },
  ]),
);

/** https://docs.aws.amazon.com/timestream/latest/developerguide/security_iam_id-based-policy-examples.html: clients find their endpoint first. */
const TIMESTREAM: Readonly<Record<string, Exception>> = {
  Query: () => [
    { action: "Select", on: { texts: ["*"] } },
    { action: "DescribeEndpoints", on: { texts: ["*"] } },
  ],
  WriteRecords: () => [{ action: "WriteRecords" }, { action: "DescribeEndpoints", on: { texts: ["*"] } }],
};

/** https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html: a query reads the catalog and writes its result as its caller. */
const ATHENA: Readonly<Record<string, Exception>> = {
  StartQueryExecution(request) {
    const catalog = ["GetDatabase", "GetTable", "GetPartitions"].map((action) => ({
      action: `glue:${action}`,
      on: { texts: ["*"], open: "which tables a query reads stands in its text" },
    }));
    const place = request.textAt("ResultConfiguration", "OutputLocation");
    const results = place.texts.flatMap((text) => {
      const bucket = /^s3:\/\/([^/]+)/.exec(text)?.[1];
      return bucket === undefined ? [] : [bucket];
    });
    const on = buckets({ texts: results }, request);
    return [
      { action: "StartQueryExecution" },
      ...catalog,
      ...(results.length === 0
        ? []
        : [
            { action: "s3:GetBucketLocation", on },
            { action: "s3:PutObject", on: objects(on, { texts: [] }) },
            { action: "s3:GetObject", on: objects(on, { texts: [] }) },
          ]),
    ];
  },
};

/** https://docs.aws.amazon.com/textract/latest/dg/security_iam_id-based-policy-examples.html: documents are read from S3 as the caller. */
const TEXTRACT: Readonly<Record<string, Exception>> = Object.fromEntries(
  [
    "AnalyzeDocument",
    "AnalyzeExpense",
    "AnalyzeID",
    "DetectDocumentText",
    "StartDocumentAnalysis",
    "StartDocumentTextDetection",
    "StartExpenseAnalysis",
    "StartLendingAnalysis",
  ].map((operation) => [
    operation,
    (request: Request): readonly Use[] => [
      { action: operation },
      ...fromBucket(request, ["Document", "S3Object"]),
      ...fromBucket(request, ["DocumentLocation", "S3Object"]),
      ...fromBucket(request, ["DocumentPages", "S3Object"]),
    ],
  ]),
);

/** https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_id-based-policy-examples.html: so are images. */
const REKOGNITION: Readonly<Record<string, Exception>> = Object.fromEntries(
  [
    "CompareFaces",
    "DetectCustomLabels",
    "DetectFaces",
    "DetectLabels",
    "DetectModerationLabels",
    "DetectProtectiveEquipment",
    "DetectText",
    "IndexFaces",
    "RecognizeCelebrities",
    "SearchFacesByImage",
  ].map((operation) => [
    operation,
    (request: Request): readonly Use[] => [
      { action: operation },
      ...["Image", "SourceImage", "TargetImage"].flatMap((name) => fromBucket(request, [name, "S3Object"])),
    ],
  ]),
);

/** https://docs.aws.amazon.com/transcribe/latest/dg/security_iam_id-based-policy-examples.html */
const TRANSCRIBE: Readonly<Record<string, Exception>> = Object.fromEntries(
  ["StartTranscriptionJob", "StartMedicalTranscriptionJob", "StartCallAnalyticsJob", "StartMedicalScribeJob"].map(
    (operation) => [
      operation,
      (request: Request): readonly Use[] => {
        const media = request.textAt("Media", "MediaFileUri");
        const read = media.texts.flatMap((text) => /^s3:\/\/([^/]+)/.exec(text)?.[1] ?? []);
        const written = request.text("OutputBucketName");
        const hasRole = request.hasWritten("DataAccessRoleArn");
        return [
          { action: operation },
          ...(read.length === 0 || hasRole
            ? []
            : [{ action: "s3:GetObject", on: objects(buckets({ texts: read }, request), { texts: [] }) }]),
          ...(written.texts.length === 0 || hasRole
            ? []
            : [{ action: "s3:PutObject", on: objects(buckets(written, request), { texts: [] }) }]),
        ];
      },
    ],
  ),
);

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html: the batch also asks for each. */
const SECRETS: Readonly<Record<string, Exception>> = {
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

const LOGS: Readonly<Record<string, Exception>> = {
  StartLiveTail: ["StartLiveTail"],
};

const TABLE: Readonly<Record<string, Readonly<Record<string, Exception>>>> = {
  athena: ATHENA,
  bedrock: BEDROCK,
  cloudwatch: CLOUDWATCH,
  "cognito-identity": COGNITO_IDENTITY,
  "cognito-idp": COGNITO_IDP,
  dynamodb: DYNAMODB,
  "execute-api": EXECUTE_API,
  kms: KMS,
  lambda: LAMBDA,
  logs: LOGS,
  "rds-data": RDS_DATA,
  "redshift-data": REDSHIFT_DATA,
  rekognition: REKOGNITION,
  s3: S3,
  secretsmanager: SECRETS,
  ses: SES,
  sns: SNS,
  sqs: SQS,
  states: STATES,
  sts: STS,
  textract: TEXTRACT,
  timestream: TIMESTREAM,
  transcribe: TRANSCRIBE,
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html: its actions are HTTP's methods. */
function apiGateway({ api: { operation } }: Request): readonly Use[] {
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

/** What the request needs where that is not just the action of its name; undefined where it is. */
export function exceptionOf(request: Request): readonly Use[] | undefined {
  if (request.service === "apigateway") return apiGateway(request);
  const ofService = ownEntry(TABLE, request.service);
  const exception = ofService && ownEntry(ofService, request.api.operation);
  if (exception === undefined) return undefined;
  const uses = typeof exception === "function" ? exception(request) : exception.map((action): Use => ({ action }));
  if (request.service !== "kms") return uses;
  return uses.map((use) => ({ ...use, ...aliasCondition(request) }));
}

/** A key that only an alias of another stack names can be told by that alias alone. */
export function aliasCondition(request: Request): Pick<Use, "conditions"> {
  const aliases = foreignAliases(request, request.text("KeyId", "DestinationKeyId", "SourceKeyId"));
  return aliases.length === 0
    ? {}
    : { conditions: [{ operator: "StringEquals", key: "kms:RequestAlias", values: aliases }] };
}

function versioned(request: Request, plain: string, version: string): Use {
  return { action: request.hasWritten("VersionId") && isGiven(request.value("VersionId")) ? version : plain };
}

function putObject(request: Request): readonly Use[] {
  const more: Use[] = [];
  if (
    ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"].some((name) => request.hasWritten(name))
  )
    more.push({ action: "PutObjectAcl" });
  if (request.hasWritten("Tagging")) more.push({ action: "PutObjectTagging" });
  if (request.hasWritten("ObjectLockMode") || request.hasWritten("ObjectLockRetainUntilDate"))
    more.push({ action: "PutObjectRetention" });
  if (request.hasWritten("ObjectLockLegalHoldStatus")) more.push({ action: "PutObjectLegalHold" });
  return [{ action: "PutObject" }, ...more];
}

/** `CopySource` is `bucket/key`, with a slash before it or without, or an access point's ARN. */
function copied(request: Request): readonly Use[] {
  const said = request.text("CopySource");
  const sources = said.texts.map((text) => text.replace(/^\//, ""));
  const texts = sources.flatMap((text) => {
    if (text.startsWith("arn:")) return [text];
    const slash = text.indexOf("/");
    const [bucket, key] =
      slash === -1 ? [text, "*"] : [text.slice(0, slash), text.slice(slash + 1).replace(/\?versionId=.*$/, "")];
    // An unknown bucket before a known slash is still any bucket.
    return [`arn:aws:s3:::${bucket}/${key === "" ? "*" : key}`];
  });
  const on: Spoken = {
    // Which object it is, a run decides; which bucket should be known.
    ...(said.open === undefined || !texts.some((text) => /^arn:aws:s3:::[^/]*\*/.test(text))
      ? {}
      : { open: said.open }),
    texts: texts.length === 0 ? ["arn:aws:s3:::*/*"] : texts,
  };
  const isVersion = sources.some((text) => text.includes("?versionId="));
  return [{ action: isVersion ? "GetObjectVersion" : "GetObject", on }];
}

function keyedTables(request: Request): Spoken {
  const names = request
    .keys("RequestItems")
    .map((key): Spoken =>
      key === undefined ? open("which tables it is about is decided at run time") : { texts: [key] },
    );
  const known = names.length === 0 ? open("which tables it is about is decided at run time") : joined(...names);
  // A key that is computed is not kept with its name: the tables that the environment names are those that it may be.
  const named = known.open === undefined ? [] : environmentTables(request);
  return named.length === 0
    ? tables(request, known)
    : { texts: named, open: `${known.open ?? ""}: those of its environment are taken` };
}

function environmentTables({ around: { fn, stack } }: Request): readonly string[] {
  const named = new Set(
    fn
      .at("Environment.Variables")
      .entries()
      .flatMap(([, variable]) => [...variable.references()]),
  );
  return [...named].flatMap((id) => {
    const resource = stack.graph.resource(id);
    return resource && /^AWS::DynamoDB::(Global)?Table$/.test(resource.type) ? [stack.arnOf(resource)] : [];
  });
}

function transaction(request: Request, kinds: Readonly<Record<string, string>>): readonly Use[] {
  const items = request.items("TransactItems");
  const everything = (): readonly Use[] =>
    Object.values(kinds).map((action) => ({
      action,
      on: tables(request, open("its items are put together at run time")),
    }));
  if (items.length === 0) return everything();
  const found = new Map<string, Spoken[]>();
  let isOpen = false;
  for (const item of items) {
    const written = Object.entries(kinds).filter(([kind]) => isWritten(item, kind));
    isOpen ||= written.length === 0;
    for (const [kind, action] of written) {
      const said = request.say(field(field(item, kind), "TableName"));
      found.set(action, [...(found.get(action) ?? []), said]);
    }
  }
  const uses = [...found].map(([action, said]): Use => ({ action, on: tables(request, joined(...said)) }));
  return isOpen ? [...uses, ...everything()] : uses;
}

const PARTIQL: Readonly<Record<string, string>> = {
  SELECT: "PartiQLSelect",
  INSERT: "PartiQLInsert",
  UPDATE: "PartiQLUpdate",
  DELETE: "PartiQLDelete",
  EXISTS: "PartiQLSelect",
};

function statement(request: Request, value: CodeValue | undefined): readonly Use[] {
  const said = request.say(value);
  const texts = said.texts.length === 0 ? ["*"] : said.texts;
  return texts.flatMap((text): readonly Use[] => {
    const verb = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? "";
    const action = ownEntry(PARTIQL, verb);
    const [, table, index] = /(?:from|into|update)\s+"?([^"\s.]+)"?(?:\."?([^"\s.]+)"?)?/i.exec(text) ?? [];
    const named = tables(
      request,
      table === undefined ? open("the statement is put together at run time") : { texts: [table] },
    );
    const on = index === undefined ? named : { ...named, texts: named.texts.map((arn) => `${arn}/index/${index}`) };
    return action === undefined
      ? [...new Set(Object.values(PARTIQL))].map((one) => ({ action: one, on }))
      : [{ action, on }];
  });
}

function secretOf(request: Request, said: Spoken): readonly Use[] {
  if (said.texts.length === 0) return [];
  return [
    {
      action: "secretsmanager:GetSecretValue",
      on: request.arns("secretsmanager:R:A:secret:{}", said, (name) => (/[}*]$/.test(name) ? name : `${name}-??????`)),
    },
  ];
}

function fromBucket(request: Request, path: readonly string[]): readonly Use[] {
  const place = request.value(...path);
  if (place?.kind !== "object" && place?.kind !== "choice") return [];
  const bucket = request.say(field(place, "Bucket"));
  if (bucket.texts.length === 0) return [];
  return [
    {
      action: "s3:GetObject",
      on: objects(buckets(bucket, request), request.say(field(place, "Name") ?? field(place, "Key"))),
    },
  ];
}

function knowledge(request: Request): readonly Use[] {
  const base = request.textAt("retrieveAndGenerateConfiguration", "knowledgeBaseConfiguration", "knowledgeBaseId");
  const model = request.textAt("retrieveAndGenerateConfiguration", "knowledgeBaseConfiguration", "modelArn");
  const models = model.texts.map((text) =>
    text.startsWith("arn:") ? text : `arn:aws:bedrock:\${AWS::Region}::foundation-model/${text}`,
  );
  return [
    { action: "Retrieve", on: request.arns("bedrock:R:A:knowledge-base/{}", base) },
    ...(models.length === 0 ? [] : [{ action: "InvokeModel", on: { ...model, texts: models } }]),
  ];
}

function agentAlias(request: Request): Spoken {
  const agent = request.text("agentId");
  const alias = request.text("agentAliasId");
  const agents = agent.texts.length === 0 ? ["*"] : agent.texts;
  return joined(...agents.map((one) => request.arns(`bedrock:R:A:agent-alias/${one}/{}`, alias)));
}
