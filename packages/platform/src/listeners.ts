/**
 * The two front doors, HTTPS and MLLP, as this node opens them. They outlive an edition of the app: each request goes
 * to the edition that is current when it comes.
 */
import { systemClock, WardError, type AuditEntry } from "@ward/core";
import { startHttpGateway, startMllp, type HttpGateway, type LocalCa, type MllpServer } from "@ward/gateway";
import type { NodeEvent, NodeOptions } from "./contract.ts";
import type { Edition } from "./edition.ts";
import type { Foundation } from "./foundation.ts";
import { platformEntry } from "./platform-entry.ts";

/** What exists only later than those who use it, or is replaced while they run. */
export interface Parts {
  edition: Edition | undefined;
  foundation: Foundation | undefined;
  isReady: boolean;
}

export function current(parts: Parts): Edition {
  if (parts.edition === undefined) throw new WardError("function-unavailable", { reason: "starting" });
  return parts.edition;
}

export async function openGateway(
  options: NodeOptions,
  ca: LocalCa,
  parts: Parts,
  tell: (event: NodeEvent) => void,
): Promise<HttpGateway> {
  return await startHttpGateway({
    port: options.httpsPort,
    host: options.host,
    tls: options.httpPlain === true ? undefined : ca.tls,
    functions: {
      route: (method, path) => current(parts).runtime.route(method, path),
      invokeHttp: async (name, request, caller) => await current(parts).runtime.invokeHttp(name, request, caller),
    },
    fhir: {
      interact: (caller, call) => current(parts).fhir.interact(caller, call),
      capabilities: (call) => current(parts).fhir.capabilities(call),
    },
    authenticate: (header) => {
      if (parts.foundation === undefined) throw new WardError("function-unavailable", { reason: "starting" });
      return parts.foundation.tokens.authenticate(header);
    },
    health: () => {
      parts.foundation?.sampled.note(healthCheck(parts.isReady));
      return parts.isReady;
    },
    onRequest: (line) => tell({ kind: "request", ...line }),
    onFailure: ({ code }, trace) => tell({ kind: "failure", code, where: "request", trace }),
    onUnauthenticated: async (traceId) =>
      await current(parts).door.refuse(
        { principal: { kind: "service", id: "public" }, purpose: "HOPERAT", traceId },
        { action: "http.request", resourceType: "Gateway" },
        { reason: "unauthenticated" },
      ),
  });
}

export async function openMllp(
  options: NodeOptions,
  ca: LocalCa,
  parts: Parts,
  tell: (event: NodeEvent) => void,
): Promise<MllpServer> {
  return await startMllp({
    port: options.mllpPort,
    host: options.host,
    tls: options.mllpTls ? ca.tls : undefined,
    functions: { receiveMessage: async (message) => await current(parts).runtime.receiveMessage(message) },
    principal: { kind: "service", id: "mllp" },
    clock: systemClock,
    onRefused: async ({ principal, traceId }) =>
      await current(parts).door.note(
        { principal, purpose: "TREAT", traceId },
        { action: "hl7.receive", resourceType: "Message" },
        { decision: "deny", outcome: "refused", reason: "invalid-request" },
      ),
    onMessage: ({ failure, ...line }) => {
      tell({ kind: "message", ...line });
      if (failure !== undefined) tell({ kind: "failure", code: failure, where: "message", trace: line.trace });
    },
  });
}

function healthCheck(isReady: boolean): AuditEntry {
  const outcome = isReady ? "success" : "failure";
  return { ...platformEntry("service:public", "Gateway"), action: "health.check", outcome };
}

export function mllpUrl(options: NodeOptions, mllp: MllpServer): string {
  return `${options.mllpTls ? "mllps" : "mllp"}://localhost:${mllp.port}`;
}
