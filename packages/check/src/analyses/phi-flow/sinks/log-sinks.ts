/** Loggers, traces and metrics. */
import { GLOBAL, type CodeValue, type ExternalCall } from "../../../code/contract.ts";
import { entryOf, itemsOf, textOf } from "../code-values.ts";
import { lineagesOf, packageOf, type Lineage } from "../lineage.ts";
import { showCallee } from "../show-code.ts";
import type { Sink } from "./sink.ts";

const LOGGERS =
  /^(?:pino|winston|bunyan|loglevel|log4js|signale|consola|tslog|roarr|lambda-log|npmlog|electron-log|fancy-log|debug|bole|slf4j|@dazn\/lambda-powertools-logger|@aws-lambda-powertools\/logger|lambda-logger-node|@google-cloud\/logging(?:-\w+)?|@hapi\/log|fastify|express-winston|pino-http|pino-lambda|morgan|@logtail\/node|logform|@nestjs\/common|aws-cdk-lib|simple-node-logger|caterpillar|@medplum\/logger|adze|diary|ts-log|@axiomhq\/\w+|winston-cloudwatch|@loglayer\/\w+|loglayer|logtape|@logtape\/logtape)$/;

const LOG_METHODS =
  /^(?:log|trace|debug|verbose|silly|info|http|notice|warn|warning|error|fatal|critical|crit|alert|emerg|success|start|await|complete|note|pending|dir|table|group|groupCollapsed|assert|timeLog|write|add|appendKeys|appendPersistentKeys|addPersistentLogAttributes|setPersistentLogAttributes|persistentLogAttributes|child|createChild|setBindings|addContext|logEventIfEnabled|withContext|withMetadata|withError)$/;

const TRACES: readonly (readonly [packages: RegExp, members: RegExp])[] = [
  [
    /^aws-xray-sdk(?:-core)?$/,
    /(?:addAnnotation|addMetadata|setUser|addError|addNewSubsegment|captureFunc|captureAsyncFunc)$/,
  ],
  [/^@aws-lambda-powertools\/tracer$/, /(?:putAnnotation|putMetadata|addResponseAsMetadata|addErrorAsMetadata)$/],
  [
    /^@opentelemetry\//,
    /(?:setAttributes?|addEvent|recordException|startSpan|startActiveSpan|setStatus|updateName|setBaggage|add|record)$/,
  ],
  [
    /^@aws-lambda-powertools\/metrics$/,
    /(?:addDimensions?|setDefaultDimensions|addMetadata|addMetric|setFunctionName)$/,
  ],
  [/^aws-embedded-metrics$/, /(?:setProperty|putDimensions|setDimensions)$/],
  [
    /^(?:hot-shots|node-statsd|prom-client|statsd-client)$/,
    /(?:increment|gauge|histogram|timing|set|inc|observe|event|labels|distribution)$/,
  ],
];

export function logSinks(call: ExternalCall): readonly Sink[] {
  const all = [...call.args, call.restArgs];
  const found: Sink[] = [];
  for (const lineage of lineagesOf(call.callee)) {
    if (isConsole(lineage))
      found.push({ fact: "logs", values: all, text: `is written to the log by ${showCallee(call)}` });
    else if (isLogger(lineage, call)) {
      const redacted = redactedBy(lineage);
      const text = `is written to the log by ${showCallee(call)}`;
      found.push({ fact: "logs", values: all, text, ...(redacted.length > 0 ? { redacted } : {}) });
    } else if (isTrace(lineage)) {
      found.push({ fact: "traces", values: all, text: `becomes part of a trace or metric by ${showCallee(call)}` });
    }
  }
  if (found.length === 0 && isCalledLogger(call)) {
    found.push({ fact: "logs", values: all, text: `is written to the log by ${call.name}` });
  }
  return found.slice(0, 1);
}

function isConsole({ module, members }: Lineage): boolean {
  const [first, last] = [members[0] ?? "", members.at(-1) ?? ""];
  if (module === GLOBAL || module === "node:console" || module === "node:process") {
    const isStream = /^(?:stdout|stderr)$/.test(members.at(-2) ?? "") && /^(?:write|end)$/.test(last);
    if (isStream && (first === "process" || module === "node:process")) return true;
    return (first === "console" || module === "node:console") && LOG_METHODS.test(last);
  }
  return module === "node:util" && /^(?:debuglog|debug|log)$/.test(first) && members.length >= 1;
}

function isLogger({ module, members }: Lineage, call: ExternalCall): boolean {
  const name = packageOf(module);
  if (!LOGGERS.test(name)) return false;
  if (name === "debug") return call.callee.kind === "result";
  if (name === "@nestjs/common" && !members.includes("Logger")) return false;
  const last = members.at(-1) ?? "";
  return (
    LOG_METHODS.test(last) &&
    (members.length > 1 || call.receiver !== undefined || call.kind === "set" || name !== "pino")
  );
}

function isTrace({ module, members }: Lineage): boolean {
  return TRACES.some(([packages, about]) => packages.test(packageOf(module)) && about.test(members.join(".")));
}

/** A logger that is handed over by somebody: `request.log.info`, `context.logger.error`. */
function isCalledLogger({ callee, name }: ExternalCall): boolean {
  if (callee.kind !== "input" && callee.kind !== "given" && callee.kind !== "result") return false;
  return /^(?:log|logger|logging|console)$/.test(callee.path.at(-2) ?? "") && LOG_METHODS.test(name);
}

/** What `pino({ redact })` and bunyan-like serializers take out. */
function redactedBy({ calls }: Lineage): readonly string[] {
  return calls.flatMap(({ args }) =>
    args.flatMap((argument) => {
      const redact = entryOf(argument, "redact");
      const paths = redact?.kind === "list" ? redact : entryOf(redact, "paths");
      return textsIn(paths);
    }),
  );
}

function textsIn(list: CodeValue | undefined): readonly string[] {
  return itemsOf(list).flatMap((item) => textOf(item) ?? []);
}
