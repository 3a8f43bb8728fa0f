/**
 * The function's half of the wire protocol (`@ward/core` wire.ts), bundled with each function: answers `GET /manifest`
 * with the definition and `POST /invoke` by running the handler. Nothing here protects the node; whoever controls the
 * bundle controls this code too. It gives the author a `ctx` and keeps messages of errors inside.
 */
import type { InvokeRequest, InvokeResponse, TriggerPayload } from "@ward/core";
import { Hl7ParseError, parseMessage, type Hl7Message } from "@ward/core/hl7";
import { buildContext } from "./build-context.worker.ts";
import type { AnyFunctionDefinition } from "./define-function.ts";
import { describeFault } from "./describe-fault.worker.ts";
import { Reject } from "./reject.ts";
import {
  nameInvocationInFetch,
  runInvocation,
  type DoorBinding,
  type RunningInvocation,
} from "./running-invocation.worker.ts";

export interface FunctionServer {
  fetch(request: Request, bindings: { readonly DOOR: DoorBinding }): Promise<Response>;
}

export function serve(definition: AnyFunctionDefinition): FunctionServer {
  nameInvocationInFetch();
  return {
    async fetch(request, bindings) {
      const { pathname } = new URL(request.url);
      // A definition that was not exported is `undefined`, which JSON cannot say; the node refuses `null`.
      if (request.method === "GET" && pathname === "/manifest") return Response.json(definition ?? null);
      if (request.method !== "POST" || pathname !== "/invoke") return new Response(null, { status: 404 });
      return answer(definition, await request.json(), bindings.DOOR);
    },
  };
}

async function answer(definition: AnyFunctionDefinition, request: InvokeRequest, door: DoorBinding): Promise<Response> {
  const running: RunningInvocation = { id: request.invocation, lines: [], unfinished: new Set() };
  // Taken when the answer is made, so that a line is in one answer only.
  const lines = (): Pick<InvokeResponse, "log"> => {
    const log = running.lines.splice(0);
    return log.length === 0 ? {} : { log };
  };
  try {
    const result = (await runHandler(definition, request, door, running)) ?? null;
    return Response.json({ ok: true, result, ...lines() } satisfies InvokeResponse);
  } catch (error) {
    return Response.json({ ok: false, error: describeFault(error), ...lines() } satisfies InvokeResponse);
  }
}

async function runHandler(
  definition: AnyFunctionDefinition,
  request: InvokeRequest,
  door: DoorBinding,
  running: RunningInvocation,
): Promise<unknown> {
  const ctx = buildContext(definition.grants ?? {}, request, door, running);
  try {
    return await runInvocation(running, async () => definition.handle(inputOf(request.payload) as never, ctx as never));
  } finally {
    await Promise.all(running.unfinished);
  }
}

function inputOf(payload: TriggerPayload): unknown {
  switch (payload.kind) {
    case "http":
      return payload.request;
    case "hl7":
      return readMessage(payload.raw);
    case "event":
      return payload.event;
    case "schedule":
      return { scheduledAt: payload.scheduledAt };
  }
}

/** The gateway has parsed it before; a message that fails here is the sender's to correct all the same. */
function readMessage(raw: string): Hl7Message {
  try {
    return parseMessage(raw);
  } catch (error) {
    throw error instanceof Hl7ParseError ? new Reject(error.reason) : error;
  }
}
