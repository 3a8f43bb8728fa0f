/**
 * The texts that a value of the code may be when the function runs, through constants, configuration and environment
 * variables to the template's references, as symbols. What only a run knows is `*`, with the reason.
 */
import { ANY, GLOBAL, type CodeValue, type EnvironmentValue, type ResultValue } from "../../../code/contract.ts";
import type { Resource } from "../../../graph/resource.ts";
import type { Stack } from "./stack.ts";
import { REGION, tokensOf } from "./symbol.ts";

export interface Spoken {
  /** None where the value is not there at all. */
  readonly texts: readonly string[];
  /** Why a part is `*`. */
  readonly open?: string;
  /** Any one of them is enough: an address or its domain. */
  readonly isOneOf?: true;
}

/** What code sees around it: its function in its stack. */
export interface Surroundings {
  readonly stack: Stack;
  readonly fn: Resource;
}

const NOTHING: Spoken = { texts: [] };
const TEXTS_MAX = 24;
/** These answer the same text, or one that AWS takes for the same. */
const SAME = new Set(["String", ".toString", ".trim", ".valueOf", "decodeURIComponent", "spread"]);

export function spoken(value: CodeValue | undefined, around: Surroundings): Spoken {
  if (value === undefined) return NOTHING;
  switch (value.kind) {
    case "literal":
      return value.value === null || value.value === undefined ? NOTHING : { texts: [String(value.value)] };
    case "text":
      return together(
        value.parts.map((part) => (typeof part === "string" ? { texts: [part] } : orAny(spoken(part, around)))),
      );
    case "environment":
      return ofEnvironment(value, around);
    case "choice":
      return either(value.options.map((option) => spoken(option, around)));
    case "input":
      return ofEvent(value.path, value.parameter, around) ?? open("it comes with the event");
    case "derived": {
      const [only] = value.from;
      if (SAME.has(value.how) && value.path.length === 0 && only) return spoken(only, around);
      if (value.how === ".toLowerCase" && value.path.length === 0 && only) return lowered(spoken(only, around));
      if (value.how === ".split" && value.path.length === 1) {
        const piece = pieceOf(value.from, value.path[0] ?? ANY, around);
        if (piece) return piece;
      }
      return ofEvent(value.path, 0, around) ?? open("it is computed at run time");
    }
    case "result":
      return (
        parsedEnvironment(value, around) ??
        storedName(value.call.args, value.path, around) ??
        startedExecution(value.call.args, value.path, around) ??
        open("it is an answer of another call")
      );
    case "unknown": {
      const named = value.from.map((one) => spoken(one, around)).filter((one) => one.open === undefined);
      return named.length === 1 && value.from.length === 1 && named[0]
        ? { ...named[0], texts: ["*"], open: value.reason }
        : open(value.reason);
    }
    case "object":
    case "list":
    case "function":
    case "class":
      return NOTHING;
    default:
      return open("it is known at run time only");
  }
}

export function open(reason: string): Spoken {
  return { texts: ["*"], open: reason };
}

function ofEnvironment({ name, fallback }: EnvironmentValue, around: Surroundings): Spoken {
  const { stack, fn } = around;
  if (name === "AWS_REGION" || name === "AWS_DEFAULT_REGION") return { texts: [stack.graph.region ?? REGION] };
  if (name === "AWS_LAMBDA_FUNCTION_NAME") return { texts: [stack.nameOf(fn)] };
  const written = fn.at("Environment.Variables").at(name);
  const texts = stack.symbols(written.value).filter((text) => text !== "");
  if (texts.length > 0) return { texts };
  const instead = fallback ? spoken(fallback, around) : NOTHING;
  if (instead.texts.length > 0) return instead;
  return open(`the template does not set the environment variable ${name}`);
}

/** Where an event names the resource that it came from, that is one of those that trigger the function. */
function ofEvent(path: readonly string[], parameter: number, around: Surroundings): Spoken | undefined {
  const where = path.join(".");
  if (parameter === 1 && where === "functionName") return { texts: [around.stack.nameOf(around.fn)] };
  if (parameter === 1 && where === "invokedFunctionArn") return { texts: [around.stack.arnOf(around.fn)] };
  if (parameter !== 0) return undefined;
  if (/(^|\.)(s3\.bucket\.name|detail\.bucket\.name)$/.test(where)) return named(bucketsThatNotify(around), around);
  if (/(^|\.)s3\.bucket\.arn$/.test(where)) {
    const buckets = bucketsThatNotify(around);
    return buckets.length === 0 ? undefined : { texts: buckets.map((bucket) => around.stack.arnOf(bucket)) };
  }
  return undefined;
}

function named(resources: readonly Resource[], { stack }: Surroundings): Spoken | undefined {
  return resources.length === 0 ? undefined : { texts: resources.map((resource) => stack.nameOf(resource)) };
}

/** Those that tell the function; else those that tell anyone, as what it reads may come by a queue, a topic or a bus. */
function bucketsThatNotify({ stack: { graph }, fn }: Surroundings): readonly Resource[] {
  const buckets = graph.ofType("AWS::S3::Bucket");
  const told = graph.edges.filter(({ kind, to }) => kind === "trigger" && to === fn.id).map(({ from }) => from);
  // CDK sets notifications by a resource of its own.
  const custom = graph.ofType("Custom::S3BucketNotifications").flatMap((one) => {
    const bucket = graph.target(one.at("BucketName"));
    return bucket ? [{ bucket, tells: one.at("NotificationConfiguration").references() }] : [];
  });
  const direct = [
    ...buckets.filter(({ id }) => told.includes(id)),
    ...custom.filter(({ tells }) => tells.has(fn.id)).map(({ bucket }) => bucket),
    ...samBuckets(fn, buckets, graph.ofType("AWS::Lambda::Permission"), (property) => graph.target(property)),
  ];
  if (direct.length > 0) return [...new Set(direct)];
  return [
    ...new Set([
      ...buckets.filter((bucket) => !bucket.at("NotificationConfiguration").isAbsent),
      ...custom.map(({ bucket }) => bucket),
    ]),
  ];
}

/** A permission for S3 to call the function names the bucket, also where a transform sets the notification itself. */
function samBuckets(
  fn: Resource,
  buckets: readonly Resource[],
  permissions: readonly Resource[],
  target: (property: ReturnType<Resource["at"]>) => Resource | undefined,
): readonly Resource[] {
  return permissions.flatMap((permission) => {
    if (permission.at("Principal").text() !== "s3.amazonaws.com" || target(permission.at("FunctionName"))?.id !== fn.id)
      return [];
    const source = permission.at("SourceArn");
    const bucket = target(source) ?? buckets.find(({ id }) => source.references().has(id));
    return bucket && buckets.includes(bucket) ? [bucket] : [];
  });
}

/** A name that the stack keeps in a parameter, read at run time: `(await ssm.getParameter({ Name })).Parameter.Value`. */
function storedName(args: readonly CodeValue[], path: readonly string[], around: Surroundings): Spoken | undefined {
  if (path.join(".") !== "Parameter.Value") return undefined;
  const [command] = args;
  const input = command?.kind === "instance" ? command.args[0] : command;
  const name = input?.kind === "object" ? spoken(input.entries.get("Name"), around) : NOTHING;
  const [only, ...more] = name.texts;
  if (only === undefined || more.length > 0 || name.open !== undefined) return undefined;
  const { stack } = around;
  const parameter = stack.graph.ofType("AWS::SSM::Parameter").find((one) => stack.nameOf(one) === only);
  const texts = parameter ? stack.symbols(parameter.at("Value").value) : [];
  return texts.length === 0 ? undefined : { texts };
}

/** `arn.split("/")[1]`; of pieces that no number names (`.pop()`, `.at(-1)`) the last is the one that is a name. */
function pieceOf(from: readonly CodeValue[], at: string, around: Surroundings): Spoken | undefined {
  const [text, separator] = from;
  if (separator?.kind !== "literal" || typeof separator.value !== "string" || separator.value.length !== 1)
    return undefined;
  const whole = spoken(text, around);
  if (whole.texts.length === 0 || whole.open !== undefined) return undefined;
  const pieces = whole.texts.flatMap(
    (one) => splitSymbol(one, separator.value as string).at(at === ANY ? -1 : Number(at)) ?? [],
  );
  return pieces.length === 0 ? undefined : { texts: pieces };
}

function splitSymbol(text: string, separator: string): readonly string[] {
  const pieces = [""];
  for (const token of tokensOf(text)) {
    if (token === separator) pieces.push("");
    else pieces[pieces.length - 1] += token;
  }
  return pieces;
}

function lowered(said: Spoken): Spoken {
  const lower = (text: string): string =>
    tokensOf(text)
      .map((token) => (token.startsWith("${") ? token : token.toLowerCase()))
      .join("");
  return { ...said, texts: said.texts.map(lower) };
}

/** Variables that a library checks: `z.object({ … }).parse(process.env).TABLE`, `env.get("TABLE").required().asString()`. */
function parsedEnvironment(value: ResultValue, around: Surroundings): Spoken | undefined {
  const [name, ...deeper] = value.path;
  const { callee, args, receiver } = value.call;
  if (name !== undefined && deeper.length === 0 && args.some(isWholeEnvironment)) {
    return ofEnvironment({ kind: "environment", name, spot: value.spot }, around);
  }
  if (value.path.length > 0) return undefined;
  if (receiver?.kind === "result") return parsedEnvironment(receiver, around);
  const [first] = args;
  if (callee.kind !== "external" || callee.module !== "env-var" || callee.path.at(-1) !== "get") return undefined;
  if (first?.kind !== "literal" || typeof first.value !== "string") return undefined;
  return ofEnvironment({ kind: "environment", name: first.value, spot: value.spot }, around);
}

function isWholeEnvironment(value: CodeValue): boolean {
  return (
    value.kind === "external" &&
    value.path.join(".") === "process.env" &&
    (value.module === GLOBAL || value.module === "node:process")
  );
}

/** What StartExecution answers is an execution of the state machine that it was asked for. */
function startedExecution(
  args: readonly CodeValue[],
  path: readonly string[],
  around: Surroundings,
): Spoken | undefined {
  if (path.join(".") !== "executionArn") return undefined;
  const [command] = args;
  const input = command?.kind === "instance" ? command.args[0] : command;
  const machine = input?.kind === "object" ? spoken(input.entries.get("stateMachineArn"), around) : NOTHING;
  if (machine.texts.length === 0 || machine.open !== undefined) return undefined;
  return { texts: machine.texts.map((arn) => `${arn.replace(":stateMachine:", ":execution:")}:*`) };
}

function orAny(one: Spoken): Spoken {
  return one.texts.length === 0 ? open("a part of it is not known") : one;
}

function either(all: readonly Spoken[]): Spoken {
  const texts = [...new Set(all.flatMap((one) => one.texts))];
  const reason = all.find((one) => one.open !== undefined)?.open;
  return reason === undefined ? { texts } : { texts, open: reason };
}

function together(parts: readonly Spoken[]): Spoken {
  let texts: readonly string[] = [""];
  for (const part of parts) {
    texts = texts.flatMap((before) => part.texts.map((text) => before + text));
    if (texts.length > TEXTS_MAX) return open("it may be too many things");
  }
  const reason = parts.find((part) => part.open !== undefined)?.open;
  const joined = [...new Set(texts.map((text) => text.replaceAll(/\*+/g, "*")))];
  return reason === undefined ? { texts: joined } : { texts: joined, open: reason };
}
