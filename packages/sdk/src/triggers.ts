/** What starts a function. Each `on.*` makes the trigger's data and carries the type of what the handler is given. */
import type { CloudEvent, HttpMethod, HttpTriggerRequest, HttpTriggerResponse } from "@ward/core";
import type { Hl7Message } from "@ward/core/hl7";
import type { BodySchema, BodyOf } from "./json-schema-types.ts";

export interface HttpTrigger<Schema extends BodySchema | undefined = BodySchema | undefined> {
  readonly kind: "http";
  readonly method: HttpMethod;
  readonly route: string;
  readonly roles: readonly string[];
  readonly body?: Schema;
}
export interface Hl7Trigger {
  readonly kind: "hl7";
  readonly message: string;
}
export interface EventTrigger<Type extends string = string> {
  readonly kind: "event";
  readonly type: Type;
}
export interface ScheduleTrigger {
  readonly kind: "schedule";
  readonly cron: string;
}
export type FunctionTrigger = HttpTrigger | Hl7Trigger | EventTrigger | ScheduleTrigger;

/** The request as the gateway established it; `body` is already valid against the trigger's schema. */
export interface HttpRequest<Body = undefined> extends Omit<HttpTriggerRequest, "body"> {
  readonly body: Body;
}
/** A schedule's tick: when it was due, RFC 3339 in UTC. */
export interface ScheduleTick {
  readonly scheduledAt: string;
}

/** What a function with this trigger is given. */
export type InputOf<Trigger> =
  Trigger extends HttpTrigger<infer Schema>
    ? HttpRequest<BodyOf<Schema>>
    : Trigger extends Hl7Trigger
      ? Hl7Message
      : Trigger extends EventTrigger<infer Type>
        ? CloudEvent & { readonly type: Type }
        : ScheduleTick;

/** What it answers: HTTP functions a response, the others nothing. */
export type ResultOf<Trigger> = Trigger extends HttpTrigger ? HttpTriggerResponse : void;

export interface HttpOptions<Schema extends BodySchema | undefined> {
  /** Who may call; `["public"]` for everybody. Absent means nobody. */
  readonly roles?: readonly string[];
  /** JSON Schema 2020-12 of the body, checked before the function is started. */
  readonly body?: Schema;
}

export const on = {
  /** `route`: a path below `/fn/`, as `visits/:id`. */
  http<const Schema extends BodySchema | undefined = undefined>(
    method: HttpMethod,
    route: string,
    options: HttpOptions<Schema> = {},
  ): HttpTrigger<Schema> {
    const { roles = [], body } = options;
    return body === undefined ? { kind: "http", method, route, roles } : { kind: "http", method, route, roles, body };
  },

  /** `message`: HL7 v2 type and event as in MSH-9, `ORU^R01`. */
  hl7(message: `${string}^${string}`): Hl7Trigger {
    return { kind: "hl7", message };
  },

  /** `type`: the CloudEvents type that some function emits, `lab.result.filed`. */
  event<const Type extends string>(type: Type): EventTrigger<Type> {
    return { kind: "event", type };
  },

  /** `cron`: five fields, UTC. */
  schedule(cron: string): ScheduleTrigger {
    return { kind: "schedule", cron };
  },
} as const;
