/**
 * The AWS SDK inside a minified bundle. The bundler has renamed its classes, but what they are called at AWS stands in them
 * as texts: a command says its operation and its client, a client its service. INVARIANT: a name is entered only where such
 * a text says what it is; all else is left to be evaluated as code.
 */
import type { BundledName } from "../evaluate/module-code.ts";

/** A minified class of the SDK is shorter than this. */
const CLASS_MAX = 4_000;
const ID = "[\\w$]+";
/** A function, also as `(0,module.f)`. */
const CALLED = `(?:\\(0,\\s*[\\w$.]+\\)|[\\w$.]+)`;

const CLASS_START = new RegExp(`(?:(${ID})\\s*=\\s*class(?:\\s+${ID})?|class\\s+(${ID}))\\s+extends\\s*`, "g");
/** `command = makeBuilder(params, "AmazonS3", "S3Client", plugin)` (2025 and later). */
const BUILDER = new RegExp(`(${ID})\\s*=\\s*${CALLED}\\(${ID},\\s*"\\w+",\\s*"(\\w+Client)",\\s*[\\w$.]+\\)`, "g");
const SERVICE_ID = /serviceId:\s*[\w$.?]+\s*\?\?\s*"([\w .-]{2,60})"/g;
const FUNCTION_START = new RegExp(
  `(?:(${ID})\\s*=\\s*(?:async\\s*)?(?:\\(?${ID}\\)?\\s*=>|function)|function\\s+(${ID})\\s*\\()`,
  "g",
);
const PAGINATOR = new RegExp(
  `(${ID})\\s*=\\s*${CALLED}\\((${ID}),\\s*(${ID}),\\s*"[\\w.]+",\\s*"[\\w.]+"(?:,\\s*"[\\w.]*")?\\)`,
  "g",
);
const DOCUMENT_COMMANDS: Readonly<Record<string, string>> = {
  BatchExecuteStatement: "BatchExecuteStatement",
  BatchGetItem: "BatchGet",
  BatchWriteItem: "BatchWrite",
  DeleteItem: "Delete",
  ExecuteStatement: "ExecuteStatement",
  ExecuteTransaction: "ExecuteTransaction",
  GetItem: "Get",
  PutItem: "Put",
  Query: "Query",
  Scan: "Scan",
  TransactGetItems: "TransactGet",
  TransactWriteItems: "TransactWrite",
  UpdateItem: "Update",
};

/** Names at the top of a bundle that are the SDK's. */
export function bundledSdk(text: string): ReadonlyMap<string, BundledName> {
  const names = new Map<string, BundledName>();
  if (!mentionsSdk(text)) return names;
  const builders = new Map([...text.matchAll(BUILDER)].map(([, name = "", client = ""]) => [name, client]));
  const services = serviceFunctions(text);
  const classes = [...text.matchAll(CLASS_START)];
  for (const [index, start] of classes.entries()) {
    const name = start[1] ?? start[2] ?? "";
    const next = classes[index + 1]?.index ?? text.length;
    const body = text.slice(start.index, Math.min(next, start.index + CLASS_MAX));
    const known = classNamed(body.slice(start[0].length), builders, services, names);
    if (known) names.set(name, { ...known, isRequire: false });
  }
  for (const [, name = "", , command = ""] of text.matchAll(PAGINATOR)) {
    const known = names.get(command);
    const operation = /^(\w+)Command$/.exec(known?.path[0] ?? "")?.[1];
    if (known && operation !== undefined) {
      names.set(name, { module: known.module, path: [`paginate${operation}`], isRequire: false });
    }
  }
  return names;
}

/** The SDK's module that the body of a CommonJS wrapper is; undefined where it is none. */
export function bundledSdkModule(wrapper: string): string | undefined {
  if (wrapper.length < 500) return undefined;
  if (wrapper.includes('"@aws-sdk/lib-dynamodb - ')) return "@aws-sdk/lib-dynamodb";
  if (/\.Upload\s*=/.test(wrapper) && wrapper.includes("leavePartsOnError")) return "@aws-sdk/lib-storage";
  if (/\.getSignedUrl\s*=/.test(wrapper)) return "@aws-sdk/s3-request-presigner";
  const exported = /\.(\w+)Client\s*=\s*[\w$]+\s*[;,}]/.exec(wrapper)?.[1];
  if (exported === undefined || !/\.\w+Command\s*=/.test(wrapper)) return undefined;
  SERVICE_ID.lastIndex = 0;
  const service = SERVICE_ID.exec(wrapper)?.[1];
  return service === undefined ? moduleOfClient(`${exported}Client`) : moduleOfService(service);
}

function mentionsSdk(text: string): boolean {
  return text.includes('Client"') && /serviceId:|classBuilder|commandName:/.test(text);
}

type Known = Pick<BundledName, "module" | "path">;

function classNamed(
  body: string,
  builders: ReadonlyMap<string, string>,
  services: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, BundledName>,
): Known | undefined {
  const built = /^(?:\(0,\s*[\w$.]*?([\w$]+)\)|([\w$]+))\([^(){};]*?"(\w+)"/.exec(body);
  const client = built ? builders.get(built[1] ?? built[2] ?? "") : undefined;
  if (built && client !== undefined) return { module: moduleOfClient(client), path: [`${built[3] ?? ""}Command`] };
  // `.n("S3Client", "PutObjectCommand")` (2023 on), `clientName: "S3Client", commandName: "PutObjectCommand"` before.
  const named =
    /\.n\("(\w+Client)",\s*"(\w+Command)"\)/.exec(body) ??
    /"(\w+Client)"[,;](?:commandName:|[\w$]+=)?\s*"(\w+Command)"/.exec(body);
  if (named) return { module: moduleOfClient(named[1] ?? ""), path: [named[2] ?? ""] };
  return clientNamed(body, services) ?? aggregated(body, names) ?? library(body, names);
}

/** A client's constructor makes its configuration first, and that says the service. */
function clientNamed(body: string, services: ReadonlyMap<string, string>): Known | undefined {
  const config =
    /^[\w$.]+\s*\{(?:config;|static[^;{]{0,40};)*constructor\((?:\.\.\.\[?)?[\w$]+\]?\)\s*\{(?:let|var|const) [\w$]+=(?:\(0,\s*[\w$.]*?([\w$]+)\)|([\w$]+))\(/.exec(
      body,
    );
  const service = config ? services.get(config[1] ?? config[2] ?? "") : undefined;
  if (service === undefined) return undefined;
  return { module: moduleOfService(service), path: [`${service.replaceAll(/[ -]/g, "")}Client`] };
}

/** `class SQS extends SQSClient {}`: all operations as methods. */
function aggregated(body: string, names: ReadonlyMap<string, BundledName>): Known | undefined {
  const of = names.get(/^([\w$]+)\s*\{\s*\}/.exec(body)?.[1] ?? "");
  const client = /^(\w+)Client$/.exec(of?.path[0] ?? "")?.[1];
  return of && client !== undefined ? { module: of.module, path: [client] } : undefined;
}

function library(body: string, names: ReadonlyMap<string, BundledName>): Known | undefined {
  if (body.includes("@aws-sdk/lib-dynamodb - ")) {
    return { module: "@aws-sdk/lib-dynamodb", path: ["DynamoDBDocumentClient"] };
  }
  if (body.includes("leavePartsOnError")) return { module: "@aws-sdk/lib-storage", path: ["Upload"] };
  const inner = names.get(/clientCommand\s*=\s*new ([\w$]+)\(/.exec(body)?.[1] ?? "");
  const operation = /^(\w+)Command$/.exec(inner?.path[0] ?? "")?.[1] ?? "";
  const named = Object.hasOwn(DOCUMENT_COMMANDS, operation) ? DOCUMENT_COMMANDS[operation] : undefined;
  return named === undefined ? undefined : { module: "@aws-sdk/lib-dynamodb", path: [`${named}Command`] };
}

/** Functions that make a client's configuration, by the service that they say: directly, or through one that they call. */
function serviceFunctions(text: string): ReadonlyMap<string, string> {
  const starts = [...text.matchAll(FUNCTION_START)].map((match) => ({
    name: match[1] ?? match[2] ?? "",
    at: match.index,
  }));
  const direct = new Map<string, string>();
  for (const match of text.matchAll(SERVICE_ID)) {
    const before = starts.findLast(({ at }) => at < match.index);
    for (const { name, at } of before
      ? starts.slice(Math.max(0, starts.indexOf(before) - 24), starts.indexOf(before) + 1)
      : []) {
      if (match.index - at < CLASS_MAX && isAround(text, at, match.index)) direct.set(name, match[1] ?? "");
    }
  }
  const all = new Map(direct);
  const caller = new RegExp(`(?<![\\w$.])(${[...direct.keys()].map(escapeName).join("|") || "(?!)"})\\)?\\(`, "g");
  for (const match of text.matchAll(caller)) {
    const before = starts.findLast(({ at }) => at < match.index);
    if (!before) continue;
    const last = starts.indexOf(before);
    const outer = starts.slice(Math.max(0, last - 12), last + 1).findLast(({ at }) => isAround(text, at, match.index));
    if (outer && match.index - outer.at < CLASS_MAX && !all.has(outer.name)) {
      all.set(outer.name, direct.get(match[1] ?? "") ?? "");
    }
  }
  return all;
}

/** Whether the function that starts there still goes on here: more brackets were opened than closed. */
function isAround(text: string, start: number, here: number): boolean {
  let depth = 0;
  let opened = false;
  for (let at = start; at < here; at++) {
    const code = text.charCodeAt(at);
    if (code === 123) {
      depth++;
      opened = true;
    } else if (code === 125 && --depth <= 0 && opened) return false;
  }
  return depth > 0;
}

function escapeName(name: string): string {
  return name.replaceAll("$", "\\$");
}

/** The SDK's packages are called by their service's id. */
function moduleOfService(service: string): string {
  return `@aws-sdk/client-${service.toLowerCase().replaceAll(" ", "-")}`;
}

/** A client's class says the same without its spaces, so that the words have to be found again. */
function moduleOfClient(client: string): string {
  const name = client.replace(/Client$/, "");
  const known = Object.hasOwn(ODD_CLIENTS, name) ? ODD_CLIENTS[name] : undefined;
  const words = name.replaceAll(/([a-z\d])([A-Z][a-z])/g, "$1-$2").replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1-$2");
  return `@aws-sdk/client-${known ?? words.toLowerCase()}`;
}

const ODD_CLIENTS: Readonly<Record<string, string>> = {
  ApiGatewayManagementApi: "apigatewaymanagementapi",
  AppConfigData: "appconfigdata",
  CloudWatch: "cloudwatch",
  CloudFormation: "cloudformation",
  CloudFront: "cloudfront",
  CloudTrail: "cloudtrail",
  CloudWatchEvents: "cloudwatch-events",
  CloudWatchLogs: "cloudwatch-logs",
  ComprehendMedical: "comprehendmedical",
  DynamoDB: "dynamodb",
  DynamoDBStreams: "dynamodb-streams",
  EventBridge: "eventbridge",
  HealthLake: "healthlake",
  IoTDataPlane: "iot-data-plane",
  RDSData: "rds-data",
  SESv2: "sesv2",
  SageMakerRuntime: "sagemaker-runtime",
  TimestreamWrite: "timestream-write",
  TimestreamQuery: "timestream-query",
};
