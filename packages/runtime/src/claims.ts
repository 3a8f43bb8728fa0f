/**
 * What a request from an instance may not say: who it is, for whom or why it acts. The node knows these from the
 * socket and the manifest; a claim is an attempt to be somebody else.
 */
import { INVOCATION_HEADER, type AuditEntry, type PurposeOfUse } from "@ward/core";

type Reason = NonNullable<AuditEntry["reason"]>;

const IDENTITY_HEADERS =
  /^(?:(?:x-)?ward-.*|x-forwarded-.*|forwarded|via|x-real-ip|x-original-.*|x-remote-.*|x-client-.*|x-on-behalf-of|on-behalf-of|x-principal|x-user(?:-.*)?|x-purpose.*|purpose.*|from|authorization|cookie)$/;
const EGRESS_IDENTITY_HEADERS = /^(?:x-)?ward-/;
const IDENTITY_MEMBERS: ReadonlySet<string> = new Set([
  "principal",
  "function",
  "release",
  "onBehalfOf",
  "caller",
  "invocation",
  "traceId",
]);

/** Each answers the reason to record where a claim was found. */
export const refuseClaims = { inBindingHeaders, inEgressHeaders, inBody };

function inBindingHeaders(rawHeaders: readonly string[]): Reason | undefined {
  return firstClaim(rawHeaders, IDENTITY_HEADERS);
}

/** Towards the outside a function may well authenticate itself; only Ward's own names are taken. */
function inEgressHeaders(rawHeaders: readonly string[]): Reason | undefined {
  return firstClaim(rawHeaders, EGRESS_IDENTITY_HEADERS);
}

function inBody(body: Readonly<Record<string, unknown>>, purpose: PurposeOfUse): Reason | undefined {
  if (Object.hasOwn(body, "purpose") && body["purpose"] !== purpose) return "purpose-not-granted";
  return Object.keys(body).some((key) => IDENTITY_MEMBERS.has(key)) ? "access-denied" : undefined;
}

function firstClaim(rawHeaders: readonly string[], claims: RegExp): Reason | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (name === INVOCATION_HEADER || !claims.test(name)) continue;
    return name.includes("purpose") ? "purpose-not-granted" : "access-denied";
  }
  return undefined;
}
