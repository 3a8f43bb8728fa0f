/** Middleware and decorators that log or trace what a function is given or answers, which is what they are for. */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../../code/contract.ts";
import { answeredValues } from "../answered-values.ts";
import { entryOf, isTrue, itemsOf, optionsOf, textOf } from "../code-values.ts";
import { lineagesOf } from "../lineage.ts";
import type { Sink } from "./sink.ts";

/** `setting`: an environment variable of the function, where the template says it. */
export function middlewareSinks(
  call: ExternalCall,
  analysis: CodeAnalysis,
  setting: (name: string) => string | undefined,
): readonly Sink[] {
  const event: CodeValue = { kind: "input", parameter: 0, path: [], spot: call.spot };
  const answers = answeredValues(analysis).map(({ value }) => value);
  const shown = call.name || "middleware";
  const given: Sink = {
    fact: "logs",
    values: [event],
    text: `is written to the log by ${shown}, which logs what the function is given`,
  };
  const answered: Sink = {
    fact: "logs",
    values: answers,
    text: `is written to the log by ${shown}, which logs what the function answers`,
  };
  const traced: Sink = {
    fact: "traces",
    values: answers,
    text: `becomes part of a trace by ${shown}, which keeps what the function answers`,
  };
  for (const { module } of lineagesOf(call.callee)) {
    if (module.startsWith("@aws-lambda-powertools/logger") && call.name === "injectLambdaContext") {
      return isSet(call, "logEvent") || setting("POWERTOOLS_LOGGER_LOG_EVENT") === "true" ? [given] : [];
    }
    if (module.startsWith("@aws-lambda-powertools/tracer") && call.name === "captureLambdaHandler") {
      const isOff = isUnset(call, "captureResponse") || setting("POWERTOOLS_TRACER_CAPTURE_RESPONSE") === "false";
      return isOff || setting("POWERTOOLS_TRACE_ENABLED") === "false" ? [] : [traced];
    }
    if (module === "@middy/input-output-logger")
      return [...(isLeftOut(call, "event") ? [] : [given]), ...(isLeftOut(call, "response") ? [] : [answered])];
    if (module.startsWith("@middy/event-logger") || module === "lambda-log-middleware") return [given];
  }
  return [];
}

function isSet(call: ExternalCall, option: string): boolean {
  return call.args.flatMap(optionsOf).some((argument) => isTrue(entryOf(argument, option)));
}

function isUnset(call: ExternalCall, option: string): boolean {
  return call.args.some((argument) => {
    const value = entryOf(argument, option);
    return value?.kind === "literal" && value.value === false;
  });
}

function isLeftOut(call: ExternalCall, part: "event" | "response"): boolean {
  const paths = itemsOf(entryOf(call.args[0], "omitPaths")).map(textOf);
  return paths.includes(part) || paths.includes(`${part}.body`);
}
