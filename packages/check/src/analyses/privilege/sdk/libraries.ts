/**
 * What libraries ask AWS for in their callers' name: those of the SDK, Powertools for AWS Lambda (TypeScript), middy's
 * middlewares and the encryption SDK. Of each its own documentation says which permissions it needs.
 */
import type { CodeValue, ExternalCall } from "../../../code/contract.ts";
import type { ApiCall, UnseenCalls } from "./api-call.ts";
import { field, fieldAt, isGiven, itemsOf, keysOf, literalTexts, objectOf, textValue } from "./code-values.ts";

type Library = (call: ExternalCall, path: readonly string[]) => readonly ApiCall[];

/** By module, then by what of it is called (of `new X(…).get(…)`: `X.get`). */
const LIBRARIES: readonly (readonly [module: RegExp, name: RegExp, library: Library])[] = [
  [/^@aws-sdk\/lib-storage$/, /^Upload$/, uploads],
  [/^@aws-sdk\/lib-storage$/, /^PresignedPost$/, (call) => posts(call, call.args[0])],
  [/^@aws-sdk\/s3-presigned-post$/, /^createPresignedPost$/, (call) => posts(call, call.args[1])],
  [
    /^@aws-sdk\/credential-provider/,
    /^(fromTemporaryCredentials|fromTemporaryCredentials\.web)$/,
    (call) => one("sts", "AssumeRole", field(call.args[0], "params"), call),
  ],
  [
    /^aws-sdk/,
    /^(ChainableTemporaryCredentials|TemporaryCredentials)$/,
    (call) => one("sts", "AssumeRole", field(call.args[0], "params") ?? call.args[0], call),
  ],
  [/^@aws-sdk\/rds-signer$/, /^Signer$/, (call) => one("rds-db", "connect", call.args[0], call)],
  [/^aws-sdk/, /^(RDS\.)?Signer$/, (call) => one("rds-db", "connect", call.args[0], call)],
  [
    /^@aws-sdk\/dsql-signer$/,
    /^DsqlSigner\.getDbConnectAuthToken$/,
    (call) => one("dsql", "DbConnect", undefined, call),
  ],
  [
    /^@aws-sdk\/dsql-signer$/,
    /^DsqlSigner\.getDbConnectAdminAuthToken$/,
    (call) => one("dsql", "DbConnectAdmin", undefined, call),
  ],
  [/^@aws-sdk\/polly-request-presigner$/, /./, (call) => one("polly", "SynthesizeSpeech", undefined, call)],
  [/^@aws-lambda-powertools\/parameters\/ssm$/, /./, parameters],
  [
    /^@aws-lambda-powertools\/parameters\/secrets$/,
    /^(getSecret|SecretsProvider\.get)$/,
    (call) => one("secrets-manager", "GetSecretValue", objectOf({ SecretId: call.args[0] }, call.spot), call),
  ],
  [/^@aws-lambda-powertools\/parameters\/appconfig$/, /^(getAppConfig|AppConfigProvider\.get)$/, configurations],
  [
    /^@aws-lambda-powertools\/parameters\/dynamodb$/,
    /^DynamoDBProvider\.(get|getMultiple)$/,
    (call, path) => one("dynamodb", path.at(-1) === "get" ? "GetItem" : "Query", tableOf(call), call),
  ],
  [
    /^@aws-lambda-powertools\/idempotency\/dynamodb$/,
    /^DynamoDBPersistenceLayer$/,
    (call) =>
      ["GetItem", "PutItem", "UpdateItem", "DeleteItem"].flatMap((operation) =>
        one(
          "dynamodb",
          operation,
          objectOf({ TableName: field(call.args[0], "tableName") }, call.spot),
          call,
          "Powertools keeps there what ran",
        ),
      ),
  ],
  [
    /^@middy\/ssm$/,
    /^(default)?$/,
    (call) =>
      fetched(call).flatMap((name) => {
        const isPath = literalTexts(name).every((text) => text?.endsWith("/") === true);
        return isPath
          ? one("ssm", "GetParametersByPath", objectOf({ Path: name }, call.spot), call)
          : one("ssm", "GetParameters", objectOf({ Name: name }, call.spot), call);
      }),
  ],
  [
    /^@middy\/secrets-manager$/,
    /^(default)?$/,
    (call) =>
      fetched(call).flatMap((name) =>
        one("secrets-manager", "GetSecretValue", objectOf({ SecretId: name }, call.spot), call),
      ),
  ],
  [/^@middy\/appconfig$/, /^(default)?$/, configurations],
  [/^@middy\/s3$/, /^(default)?$/, (call) => fetched(call).flatMap((input) => one("s3", "GetObject", input, call))],
  [
    /^@middy\/dynamodb$/,
    /^(default)?$/,
    (call) => fetched(call).flatMap((input) => one("dynamodb", "GetItem", input, call)),
  ],
  [/^@middy\/sts$/, /^(default)?$/, (call) => fetched(call).flatMap((input) => one("sts", "AssumeRole", input, call))],
  [
    /^@middy\/rds-signer$/,
    /^(default)?$/,
    (call) => fetched(call).flatMap((input) => one("rds-db", "connect", input, call)),
  ],
  [
    /^@middy\/ws-response$/,
    /^(default)?$/,
    (call) => one("apigatewaymanagementapi", "PostToConnection", undefined, call),
  ],
  [/^@middy\/sqs-partial-batch-failure$/, /^(default)?$/, () => []],
  [/^@aws-crypto\/(client-node|kms-keyring-node|kms-keyring)$/, /^KmsKeyringNode$/, keyring],
];

/** Calls nothing that it is given, or only what is seen at its own calls. */
const QUIET =
  /^\(global\)$|^node:|^@aws-sdk\/|^@smithy\/|^aws-xray-sdk|^aws-sdk(\/|$)|^@aws-lambda-powertools\/|^@middy\/|^datadog-lambda-js|^@opentelemetry\/|^@aws-crypto\/|^lumigo|^@sentry\//;

/** Libraries that make requests of their own making, of which service. */
const UNSEEN: readonly (readonly [module: RegExp, services: readonly string[] | "any"])[] = [
  // Containers make the team's own classes and call what they hold.
  [/^(tsyringe|inversify|typedi|awilix|injection-js|typed-inject|brandi|@nestjs\/core)/, "any"],
  [
    /^(dynamoose|electrodb|dynamodb-toolbox|@typedorm\/|dynamodb-onetable|@aws\/dynamodb-data-mapper|type-dynamo|dyngoose)/,
    ["dynamodb"],
  ],
  [/^(sqs-consumer|sqs-producer|@nestjs-packages\/sqs)/, ["sqs"]],
  [/^(multer-s3|s3-upload-stream|s3-sync-client|@auth0\/s3)/, ["s3"]],
  [/^(nodemailer-ses-transport)/, ["ses"]],
  [/^(aws4|aws4fetch|aws4-axios|aws-sigv4-fetch|amazon-cognito-identity-js)$/, ["execute-api", "es", "appsync"]],
  [/^@opensearch-project\/opensearch\/aws/, ["es", "aoss"]],
  [/^aws-amplify/, ["appsync", "s3", "cognito-idp"]],
];

const NONE: Library = () => [];
const KNOWN_MAX = 5_000;
const known = new Map<string, Library>();

export function callsOfLibrary(module: string, path: readonly string[], call: ExternalCall): readonly ApiCall[] {
  const key = `${module} ${path.join(".")}`;
  let library = known.get(key);
  if (library === undefined) {
    const name = path.join(".");
    library = LIBRARIES.find(([ofModule, ofName]) => ofModule.test(module) && ofName.test(name))?.[2] ?? NONE;
    if (known.size < KNOWN_MAX) known.set(key, library);
  }
  return library(call, path);
}

export function isQuiet(module: string): boolean {
  return QUIET.test(module);
}

export function unseenLibrary(module: string, { spot, stack }: ExternalCall): UnseenCalls | undefined {
  const found = UNSEEN.find(([ofModule]) => ofModule.test(module));
  return found && { services: found[1], reason: `what ${module} asks AWS for is not seen`, spot, stack };
}

function one(
  client: string,
  operation: string,
  input: CodeValue | undefined,
  { spot, stack }: ExternalCall,
  how?: string,
): readonly ApiCall[] {
  return [{ client, operation, input, call: { spot, stack }, ...(how === undefined ? {} : { how }) }];
}

/** Small bodies go as one object, large ones in parts; what fails is aborted unless it is to be left. */
function uploads(call: ExternalCall): readonly ApiCall[] {
  const [options] = call.args;
  const params = field(options, "params") ?? options;
  const put = one("s3", "PutObject", params, call, "lib-storage uploads it");
  const parts = one("s3", "CreateMultipartUpload", params, call, "lib-storage uploads it in parts");
  const leaves = field(options, "leavePartsOnError");
  const isLeft = leaves?.kind === "literal" && leaves.value === true;
  return isLeft
    ? [...put, ...parts]
    : [...put, ...parts, ...one("s3", "AbortMultipartUpload", params, call, "lib-storage ends it where a part fails")];
}

function posts(call: ExternalCall, options: CodeValue | undefined): readonly ApiCall[] {
  const fields = field(options, "Fields");
  const input = objectOf(
    {
      Bucket: field(options, "Bucket"),
      Key: field(options, "Key"),
      ACL: fields?.kind === "object" ? field(fields, "acl") : undefined,
      Tagging: fields?.kind === "object" ? field(fields, "tagging") : undefined,
    },
    call.spot,
  );
  return one("s3", "PutObject", input, call, "a form is signed for it");
}

function parameters(call: ExternalCall, path: readonly string[]): readonly ApiCall[] {
  const [name, options] = call.args;
  const decrypts = field(options, "decrypt");
  switch (path.join(".")) {
    case "getParameter":
    case "SSMProvider.get":
      return one("ssm", "GetParameter", objectOf({ Name: name, WithDecryption: decrypts }, call.spot), call);
    case "getParameters":
    case "SSMProvider.getMultiple":
      return one("ssm", "GetParametersByPath", objectOf({ Path: name, WithDecryption: decrypts }, call.spot), call);
    case "getParametersByName":
    case "SSMProvider.getParametersByName": {
      const names = keysOf(name).map((key): CodeValue =>
        key === undefined
          ? { kind: "unknown", reason: "its name is decided at run time", from: [], spot: call.spot }
          : textValue(key, call.spot),
      );
      const all = names.flatMap((key) =>
        one("ssm", "GetParameters", objectOf({ Name: key, WithDecryption: decrypts }, call.spot), call),
      );
      // With a setting for one of them, those are asked for one by one.
      const single = [...keysOf(name)].some((key) => key !== undefined && isGiven(field(field(name, key), "decrypt")));
      return single
        ? [...all, ...names.flatMap((key) => one("ssm", "GetParameter", objectOf({ Name: key }, call.spot), call))]
        : all;
    }
    case "setParameter":
    case "SSMProvider.set":
      return one(
        "ssm",
        "PutParameter",
        objectOf({ Name: name, Type: field(options, "parameterType") }, call.spot),
        call,
      );
    default:
      return [];
  }
}

function configurations(call: ExternalCall): readonly ApiCall[] {
  return ["StartConfigurationSession", "GetLatestConfiguration"].flatMap((operation) =>
    one("appconfigdata", operation, undefined, call),
  );
}

function tableOf(call: ExternalCall): CodeValue | undefined {
  const { receiver } = call;
  const config = receiver?.kind === "instance" ? receiver.args[0] : undefined;
  return objectOf({ TableName: field(config, "tableName") }, call.spot);
}

/** What middy's middlewares are told to fetch: the values of an object. */
function fetched(call: ExternalCall): readonly (CodeValue | undefined)[] {
  const wanted = field(call.args[0], "fetchData");
  if (wanted?.kind !== "object") return wanted === undefined ? [] : [undefined];
  return [...wanted.entries.values()].map((value) => value);
}

function keyring(call: ExternalCall): readonly ApiCall[] {
  const [options] = call.args;
  const generator = field(options, "generatorKeyId");
  const others = itemsOf(fieldAt(options, "keyIds"));
  const keys = [...(generator ? [generator] : []), ...others];
  return [
    ...(generator ? one("kms", "GenerateDataKey", objectOf({ KeyId: generator }, call.spot), call) : []),
    ...others.flatMap((key) => one("kms", "Encrypt", objectOf({ KeyId: key }, call.spot), call)),
    ...keys.flatMap((key) => one("kms", "Decrypt", objectOf({ KeyId: key }, call.spot), call)),
  ];
}
