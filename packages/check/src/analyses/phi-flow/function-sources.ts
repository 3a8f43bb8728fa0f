/** PHI that one function is given, at one stage of the search: through its event, its reads, and what its packages answer. */
import type { CodeValue, ExternalCall, GivenValue, InputValue, ResultValue } from "../../code/contract.ts";
import type { Resource } from "../../graph/resource.ts";
import { accessesOf, answersPhi } from "./aws-access.ts";
import { awsCallsOf } from "./aws-call.ts";
import type { Channels } from "./channels.ts";
import { clinicalNameIn, databaseKind } from "./database-packages.ts";
import { isContent } from "./event-paths.ts";
import { lineagesOf, packageOf } from "./lineage.ts";
import type { Permissions } from "./may-do.ts";
import { answersClinicalData, isClinicalAddress } from "./phi-packages.ts";
import { resourcesNamed, type NameContext } from "./resource-of-value.ts";
import { showCallee } from "./show-code.ts";
import { addressOf } from "./sinks/web-sinks.ts";
import { surer, withStep, type Taint } from "./taint.ts";
import type { Sources } from "./taint-reader.ts";

export interface Given {
  readonly context: NameContext;
  readonly channels: Channels;
  readonly permissions: Permissions;
  /** PHI in the event as a whole. */
  readonly event: Taint | undefined;
  /** A database of the template that holds PHI and that the function speaks to. */
  readonly database: Taint | undefined;
  /** A table of the template that holds PHI, for mappers that do not say which they read. */
  readonly tables: Taint | undefined;
  readonly fields: ReadonlySet<string>;
  readonly annotation: Sources["annotation"];
}

const FRAMEWORKS =
  /^(?:express|fastify|koa|@koa\/router|koa-router|hono|lambda-api|itty-router|serverless-http|@vendia\/serverless-express|@codegenie\/serverless-express|@nestjs\/\w+|polka|restify|@hapi\/hapi|@aws-lambda-powertools\/event-handler)$/;

export class FunctionSources implements Sources {
  readonly #given: Given;
  readonly #answers = new Map<ExternalCall, Taint | "clean" | undefined>();

  constructor(given: Given) {
    this.#given = given;
  }

  get fields(): ReadonlySet<string> {
    return this.#given.fields;
  }

  annotation(value: CodeValue): Taint | "safe" | undefined {
    return this.#given.annotation(value);
  }

  ofInput(value: InputValue): Taint | undefined {
    return value.parameter === 0 ? this.#eventAt(value, value.path) : undefined;
  }

  ofCall(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined {
    if (value.kind === "result" && this.#answers.has(call)) return this.#answers.get(call);
    const answer = this.#answerOf(call, value);
    if (value.kind === "result") this.#answers.set(call, answer);
    return answer;
  }

  #answerOf(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined {
    if (value.kind === "given") {
      const handed = this.#handedOver(value);
      if (handed) return handed;
      if (/^\(?err(?:or)?$/i.test(value.path[0] ?? "")) return "clean";
    }
    // Version 2 of the SDK: the operation makes a request, which is sent.
    if (
      /^(?:promise|send|then|createReadStream)$/.test(call.name) &&
      call.receiver?.kind === "result" &&
      awsCallsOf(call).length === 0
    ) {
      return this.ofCall(call.receiver.call, value);
    }
    return this.#fromAws(call, value) ?? this.#fromPackage(call, value);
  }

  #eventAt(value: CodeValue, path: readonly string[]): Taint | undefined {
    const { event } = this.#given;
    if (!event || !isContent(path)) return undefined;
    return { ...event, way: [...event.way, { spot: value.spot, text: `${event.what} comes in` }] };
  }

  /** What middleware and web frameworks hand to a callback: the request. */
  #handedOver(value: GivenValue): Taint | "clean" | undefined {
    const names = lineagesOf(value.call.callee).map(({ module }) => packageOf(module));
    if (names.some((name) => name.startsWith("@middy/"))) {
      if (value.path[0] !== "event" && value.path[0] !== "internal")
        return value.path.length === 0 ? undefined : "clean";
      return this.#eventAt(value, value.path.slice(1)) ?? "clean";
    }
    if (!names.some((name) => FRAMEWORKS.test(name)) || value.parameter !== 0) return undefined;
    return (
      this.#eventAt(
        value,
        value.path.filter((key) => key !== "req" && key !== "request" && key !== "event"),
      ) ?? "clean"
    );
  }

  #fromAws(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined {
    const calls = awsCallsOf(call);
    if (calls.length === 0) return undefined;
    if (value.kind === "given" && value.parameter === 0 && value.argument > 0) return "clean";
    let found: Taint | undefined;
    let isKnown = false;
    for (const one of calls) {
      if (answersPhi(one)) {
        found = surer(
          found,
          source(`what ${one.service} answers`, value, `${one.service} answers what it knows of a patient`),
        );
      }
      for (const access of accessesOf(one)) {
        if (access.kind !== "read") continue;
        isKnown = true;
        for (const resource of resourcesNamed(access.name, access.types, this.#given.context)) {
          found = surer(found, this.#readFrom(resource, access.action, call, one.operation));
        }
      }
    }
    if (found) return found;
    // A method that the table does not know, on what was answered: a stream's own.
    return isKnown || call.receiver?.kind !== "result" ? "clean" : undefined;
  }

  #readFrom(resource: Resource, action: string, call: ExternalCall, operation: string): Taint | undefined {
    const { channels, permissions, context } = this.#given;
    const isAnswer = resource.type === "AWS::Lambda::Function";
    const held = isAnswer ? channels.answerOf(resource) : channels.of(resource.id);
    if (!held || !permissions.mayBe(context.fn, action, resource)) return undefined;
    const text = isAnswer
      ? `${resource.name} answers it to ${operation}`
      : `${operation} reads it from ${resource.name}`;
    return withStep({ ...held, what: `what ${operation} answers`, field: "" }, { spot: call.spot, text });
  }

  #fromPackage(call: ExternalCall, value: ResultValue | GivenValue): Taint | "clean" | undefined {
    if (answersClinicalData(call)) {
      return source(`what ${showCallee(call)} answers`, value, `${showCallee(call)} answers clinical data`);
    }
    const kind = databaseKind(call);
    if (kind) {
      const held = kind === "database" ? this.#given.database : this.#given.tables;
      if (held) return withStep({ ...held, field: "" }, { spot: call.spot, text: `${showCallee(call)} reads it` });
      const name = clinicalNameIn(call);
      const what = `what ${showCallee(call)} answers`;
      return name === undefined
        ? undefined
        : source(what, value, `${showCallee(call)} reads ${name}, which holds PHI by its name`);
    }
    const address = addressOf(call);
    if (address !== undefined && isClinicalAddress(address)) {
      return source(`what ${showCallee(call)} answers`, value, `${showCallee(call)} asks a server of clinical data`);
    }
    return undefined;
  }
}

function source(what: string, { spot }: CodeValue, text: string): Taint {
  return { certainty: "marked", what, field: "", way: [{ spot, text }] };
}
