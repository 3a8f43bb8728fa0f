/** HTTP-triggered functions: who may call, and what a handler's answer must look like. */
import type { Door } from "@ward/access";
import {
  WardError,
  type HttpTriggerRequest,
  type HttpTriggerResponse,
  type PurposeOfUse,
  type Trigger,
} from "@ward/core";
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
  const { name, purpose } = invoker.release.manifest;
  const reason = whyNot(trigger, purpose, caller);
  // The app's policies may forbid what the trigger's roles allow; they cannot allow more.
  const allowedBy = await door.decide({ purpose, ...caller }, functionAct("function.invoke", name), reason);
  const outcome = await invoker.invoke({
    payload: { kind: "http", request },
    traceId: caller.traceId,
    onBehalfOf: caller.principal,
    allowedBy,
  });
  if (outcome.kind === "done") return readAnswer(outcome.result);
  throw outcome.kind === "failed" ? failureForCaller(outcome.code) : new WardError("internal");
}

/**
 * `public` opens a function to everybody; otherwise a person needs one of the listed roles and a token for the purpose
 * that the function acts for, and nobody else may call. Else a token for billing would open treatment by way of a function.
 */
function whyNot(
  { roles }: Extract<Trigger, { kind: "http" }>,
  actsFor: PurposeOfUse,
  { principal, purpose }: HttpCaller,
): "access-denied" | "purpose-not-granted" | undefined {
  if (roles.includes("public")) return undefined;
  const hasRole = principal.kind === "person" && principal.roles.some((role) => roles.includes(role));
  if (!hasRole) return "access-denied";
  return purpose === actsFor ? undefined : "purpose-not-granted";
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
