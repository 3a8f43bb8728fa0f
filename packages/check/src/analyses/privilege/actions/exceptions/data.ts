/** Requests that read data, documents and models as their caller, so that they ask for more than their own action. */
import type { Spoken } from "../../resources/spoken.ts";
import { field } from "../../sdk/code-values.ts";
import { joined, type Request } from "../request.ts";
import { buckets, objects } from "../target-arns.ts";
import type { Exceptions, Use } from "./use.ts";

/** https://docs.aws.amazon.com/bedrock/latest/userguide/inference-api-restrictions.html: no action has Converse's name. */
export const BEDROCK: Exceptions = {
  Converse: (request) => [{ action: "InvokeModel" }, ...guarded(request)],
  ConverseStream: (request) => [{ action: "InvokeModelWithResponseStream" }, ...guarded(request)],
  InvokeModel: (request) => [{ action: "InvokeModel" }, ...guarded(request)],
  InvokeModelWithResponseStream: (request) => [{ action: "InvokeModelWithResponseStream" }, ...guarded(request)],
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

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html */
export const RDS_DATA: Exceptions = Object.fromEntries(
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
export const REDSHIFT_DATA: Exceptions = Object.fromEntries(
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
export const TIMESTREAM: Exceptions = {
  Query: () => [
    { action: "Select", on: { texts: ["*"] } },
    { action: "DescribeEndpoints", on: { texts: ["*"] } },
  ],
  WriteRecords: () => [{ action: "WriteRecords" }, { action: "DescribeEndpoints", on: { texts: ["*"] } }],
};

/** https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html: a query reads the catalog and writes its result as its caller. */
export const ATHENA: Exceptions = {
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
export const TEXTRACT: Exceptions = Object.fromEntries(
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
export const REKOGNITION: Exceptions = Object.fromEntries(
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
export const TRANSCRIBE: Exceptions = Object.fromEntries(
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

/** https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html */
function guarded(request: Request): readonly Use[] {
  const named = [request.textAt("guardrailConfig", "guardrailIdentifier"), request.text("guardrailIdentifier")];
  const said = named.find(({ texts }) => texts.length > 0);
  const isWritten = request.hasWritten("guardrailConfig") || request.hasWritten("guardrailIdentifier");
  return said && isWritten ? [{ action: "ApplyGuardrail", on: request.arns("bedrock:R:A:guardrail/{}", said) }] : [];
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
