/**
 * The AWS SDK inside a minified bundle. The bundler has renamed its classes, but what they are called at AWS stands in them
 * as texts: a command says its operation and its client, a client its service. INVARIANT: a name is entered only where such
 * a text says what it is; all else is left to be evaluated as code.
 */
import type { BundledName } from "../evaluate/module-code.ts";
import type { Outline } from "./outline.ts";

/** A minified class of the SDK is shorter than this. */
const CLASS_MAX = 4_000;
const ID = "[\\w$]+";
/** A function, also as `(0,module.f)`. */
const CALLED = `(?:\\(0,\\s*[\\w$.]+\\)|[\\w$.]+)`;

const CLASS_START = `(?:(${ID})\\s*=\\s*class(?:\\s+${ID})?|class\\s+(${ID}))\\s+extends\\s*`;
const CLASS = new RegExp(`^${CLASS_START}`);
const CLASSES = new RegExp(CLASS_START, "g");
/** `command = makeBuilder(params, "AmazonS3", "S3Client", plugin)` (2025 and later). */
const BUILDER_START = `(${ID})\\s*=\\s*${CALLED}\\(${ID},\\s*"\\w+",\\s*"(\\w+Client)",`;
const BUILDER = new RegExp(`^${BUILDER_START}`);
const BUILDERS = new RegExp(BUILDER_START, "g");
const SERVICE_ID = /serviceId:\s*[\w$.?]+\s*\?\?\s*"([\w .-]{2,60})"/;
const PAGINATOR = new RegExp(
  `^${ID}\\s*=\\s*${CALLED}\\(${ID},\\s*(${ID}),\\s*"[\\w.]+",\\s*"[\\w.]+"(?:,\\s*"[\\w.]*")?\\)$`,
);
/** A wrapper of an ES module: its names are the bundle's own. */
const ES_WRAPPER = /^[\w$]+\s*=\s*[\w$]+\(\s*(?:\(\)\s*=>|\{[^(]{0,200}\(\)\s*\{)/;
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
export function bundledSdk(text: string, outline: Outline): ReadonlyMap<string, BundledName> {
  const names = new Map<string, BundledName>();
  if (!mentionsSdk(text)) return names;
  const pieces = outline.parts
    .filter(({ kind, isOpen }) => kind !== "expression" && !isOpen)
    .map((part) => outline.text(part));
  const wrappers = pieces.filter((piece) => ES_WRAPPER.test(piece) && piece.includes('Client"'));
  const services = serviceFunctions(outline);
  const builders = new Map<string, string>();
  for (const piece of pieces) {
    const match = piece.length < 400 ? BUILDER.exec(piece) : null;
    if (match) builders.set(match[1] ?? "", match[2] ?? "");
  }
  for (const wrapper of wrappers) {
    for (const [, name = "", client = ""] of wrapper.matchAll(BUILDERS)) builders.set(name, client);
  }
  const enter = (name: string, body: string): void => {
    const known = classNamed(body, builders, services, names);
    if (known) names.set(name, { ...known, isRequire: false });
  };
  for (const piece of pieces) {
    const start = CLASS.exec(piece.slice(0, 200));
    if (start) enter(start[1] ?? start[2] ?? "", piece.slice(start[0].length, CLASS_MAX));
  }
  for (const wrapper of wrappers) {
    const starts = [...wrapper.matchAll(CLASSES)];
    for (const [index, start] of starts.entries()) {
      const end = Math.min(starts[index + 1]?.index ?? wrapper.length, start.index + CLASS_MAX);
      enter(start[1] ?? start[2] ?? "", wrapper.slice(start.index + start[0].length, end));
    }
  }
  for (const piece of pieces) {
    const command = piece.length < 200 ? PAGINATOR.exec(piece)?.[1] : undefined;
    const known = command === undefined ? undefined : names.get(command);
    const operation = /^(\w+)Command$/.exec(known?.path[0] ?? "")?.[1];
    if (!known || operation === undefined) continue;
    const name = /^[\w$]+/.exec(piece)?.[0] ?? "";
    names.set(name, { module: known.module, path: [`paginate${operation}`], isRequire: false });
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
function serviceFunctions(outline: Outline): ReadonlyMap<string, string> {
  const direct = new Map<string, string>();
  const callers: (readonly [name: string, text: string])[] = [];
  const enter = (name: string, text: string): void => {
    const service = text.includes("serviceId:") ? SERVICE_ID.exec(text)?.[1] : undefined;
    if (service !== undefined) direct.set(name, service);
    else if (text.includes("defaultsMode")) callers.push([name, text]);
  };
  for (const part of outline.parts) {
    if (part.kind === "expression" || part.isOpen) continue;
    const text = outline.text(part);
    const [name = ""] = part.names;
    if (!part.isWrapper) enter(name, text.slice(0, CLASS_MAX));
    else if (ES_WRAPPER.test(text) && (text.includes("serviceId:") || text.includes("defaultsMode"))) {
      for (const { name: inner, body } of functionsIn(text)) enter(inner, body);
    }
  }
  const all = new Map(direct);
  const called = new RegExp(`(?<![\\w$.])(${[...direct.keys()].map(escapeName).join("|") || "(?!)"})\\)?\\(`);
  for (const [name, text] of callers) {
    const found = called.exec(text)?.[1];
    if (found !== undefined) all.set(name, direct.get(found) ?? "");
  }
  return all;
}

const FUNCTION_START = new RegExp(
  `(?:(${ID})\\s*=\\s*(?:async\\s*)?(?:\\(?${ID}\\)?\\s*=>|function)|function\\s+(${ID})\\s*\\()`,
  "g",
);

/** Functions in a wrapper, each up to where the next one of the same level would begin. */
function functionsIn(text: string): readonly { readonly name: string; readonly body: string }[] {
  return [...text.matchAll(FUNCTION_START)].flatMap((match) => {
    const body = text.slice(match.index, match.index + CLASS_MAX);
    if (!body.includes("serviceId:") && !body.includes("defaultsMode")) return [];
    const end = endOf(body);
    return [{ name: match[1] ?? match[2] ?? "", body: body.slice(0, end) }];
  });
}

/** Where the brackets that a function opens are closed again. */
function endOf(text: string): number {
  let depth = 0;
  for (let at = text.indexOf("{"); at !== -1 && at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 123) depth++;
    else if (code === 125 && --depth === 0) return at + 1;
  }
  return text.length;
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
