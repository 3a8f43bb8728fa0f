/** HTTP-triggered functions: who may call, and what a handler's answer must look like. */
import type { Door } from "@ward/access";
import { WardError, type HttpTriggerRequest, type HttpTriggerResponse, type Trigger } from "@ward/core";
import { functionAct } from "./acts.ts";
import type { HttpCaller } from "./contract.ts";
import { failureForCaller, type Invoker } from "./invoker.ts";

export async function invokeHttp(
  door: Door,
  invoker: Invoker | undefined,
  request: HttpTriggerRequest,
  caller: HttpCaller,
): Promise<HttpTriggerResponse> {
  const trigger = invoker?.release.manifest.trigger;
  if (invoker === undefined || trigger?.kind !== "http") throw new WardError("not-found", { what: "function" });
  if (!mayCall(trigger, caller)) {
    const { name, purpose } = invoker.release.manifest;
    const act = functionAct("function.invoke", name);
    const refused = { decision: "deny", outcome: "refused", reason: "access-denied" } as const;
    await door.note({ principal: caller.principal, purpose, traceId: caller.traceId }, act, refused);
    throw new WardError("access-denied", { function: name });
  }
  const outcome = await invoker.invoke({
    payload: { kind: "http", request },
    traceId: caller.traceId,
    onBehalfOf: caller.principal,
  });
  if (outcome.kind === "done") return readAnswer(outcome.result);
  throw outcome.kind === "failed" ? failureForCaller(outcome.code) : new WardError("internal");
}

/** `public` opens a function to everybody; otherwise a person needs one of the listed roles, and nobody else may call. */
function mayCall(trigger: Extract<Trigger, { kind: "http" }>, { principal }: HttpCaller): boolean {
  if (trigger.roles.includes("public")) return true;
  return principal.kind === "person" && principal.roles.some((role) => trigger.roles.includes(role));
}

function readAnswer(result: unknown): HttpTriggerResponse {
  if (result === undefined || result === null) return { status: 204 };
  if (typeof result !== "object") throw new WardError("function-failed", { why: "the answer is not an object" });
  const { status, body } = result as { status?: unknown; body?: unknown };
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    throw new WardError("function-failed", { why: "the answer's status is not one of HTTP" });
  }
  return { ...(status === undefined ? {} : { status: Number(status) }), ...(body === undefined ? {} : { body }) };
}
