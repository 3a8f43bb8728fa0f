/**
 * The egress proxy: the only way from a function to another host. Per request: method, granted host, public address,
 * no PHI where the grant does not let it, entry durable, and only then the first byte. Redirects are handed back to the
 * function, whose next request is checked anew. (45 CFR 164.312(e)(1), 164.502(e))
 */
import { lookup } from "node:dns/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Door, EntryFacts } from "@ward/access";
import { asWardError, WardError, type EgressReason } from "@ward/core";
import { egressAct } from "./acts.ts";
import type { DisclosurePort } from "./contract.ts";
import { EgressConnections, type EgressAnswer } from "./egress-connection.ts";
import { outgoingHeaders } from "./egress-headers.ts";
import { readableText } from "./egress-screen.ts";
import { chooseAddress, findTarget, type EgressTarget } from "./egress-target.ts";
import type { Invocation } from "./invocation.ts";
import type { EgressProxy } from "./outbound.ts";
import { readBody } from "./request-body.ts";

export interface EgressOptions {
  readonly door: Door;
  readonly screen: DisclosurePort;
  readonly allowLoopback: boolean;
  readonly trustedCa?: string;
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
}

const BODY_MAX_BYTES = 1024 * 1024;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Beyond this many patients the screen would cost more than the request is worth; the request is refused. */
const SUBJECTS_MAX = 50;

export function createEgress(options: EgressOptions): EgressProxy {
  const connections = new EgressConnections(options.trustedCa);
  const resolve = options.resolve ?? resolveBySystem;
  return {
    async forward(invocation, request, response) {
      const target = await requireTarget(options, invocation, request);
      const body = await readBody(request, BODY_MAX_BYTES);
      const headers = outgoingHeaders(request.headers);
      await requireNoPhi(options, invocation, target, headers, body);
      const address = await requireAddress(options, invocation, target, resolve);
      await permitSend(options.door, invocation, target);
      const { method = "GET" } = request;
      const { url } = target;
      try {
        const answer = await connections.send({ url, method, address, headers, body, signal: invocation.ending });
        passBack(response, answer);
      } catch (error) {
        await recordFailure(options.door, invocation, target);
        throw error;
      }
    },
  };
}

async function requireTarget(
  { door, allowLoopback }: EgressOptions,
  invocation: Invocation,
  request: IncomingMessage,
): Promise<EgressTarget> {
  if (!METHODS.has(request.method ?? "")) return await refuse(door, invocation, "method-refused", "ungranted");
  const { egress } = invocation.release.manifest.grants;
  const verdict = findTarget(request.url ?? "", egress, { allowLoopback });
  // The name of a host that was not granted may itself be the message, so that it is not recorded.
  return verdict.ok ? verdict.target : await refuse(door, invocation, verdict.reason, "ungranted");
}

async function requireNoPhi(
  { door, screen }: EgressOptions,
  invocation: Invocation,
  target: EgressTarget,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<void> {
  if (target.grant.carries === "phi") return;
  const { caller, subjects } = invocation;
  const text = await readableText({ url: target.url, headers, body }, BODY_MAX_BYTES);
  if (text === undefined || subjects.size > SUBJECTS_MAX) {
    return await refuse(door, invocation, "phi-detected", target.grant.host);
  }
  for (const subject of subjects.size === 0 ? [undefined] : subjects) {
    const found = await screen.find(caller, text, subject);
    if (found.length > 0) return await refuse(door, invocation, "phi-detected", target.grant.host);
  }
}

async function requireAddress(
  { door }: EgressOptions,
  invocation: Invocation,
  target: EgressTarget,
  resolve: (hostname: string) => Promise<readonly string[]>,
): Promise<string> {
  const { hostname } = target.url;
  const addresses = hostname === "127.0.0.1" ? [hostname] : await resolve(hostname).catch(() => []);
  if (addresses.length === 0) {
    await recordFailure(door, invocation, target);
    throw new WardError("egress-failed");
  }
  const address = chooseAddress(addresses, target.isLoopback);
  return address ?? (await refuse(door, invocation, "address-literal", target.grant.host));
}

/** Asks policy, and makes the entry durable before the first byte leaves. */
async function permitSend(door: Door, invocation: Invocation, { grant }: EgressTarget): Promise<void> {
  try {
    await door.permit(invocation.caller, egressAct("egress.send", grant.host), sentTo(invocation, grant));
  } catch (error) {
    const { code } = asWardError(error);
    throw code === "access-denied" ? new WardError("egress-refused", { why: "host-not-granted" }) : error;
  }
}

async function recordFailure(door: Door, invocation: Invocation, { grant }: EgressTarget): Promise<void> {
  const failed = { decision: "allow", outcome: "failure", reason: "egress-failed" } as const;
  const act = egressAct("egress.send", grant.host);
  await door.note(invocation.caller, act, { ...failed, ...sentTo(invocation, grant) });
}

async function refuse(door: Door, invocation: Invocation, reason: EgressReason, host: string): Promise<never> {
  const refused = { decision: "deny", outcome: "refused", reason } as const;
  await door.note(invocation.caller, egressAct("egress.send", host), { ...refused, ...factsOf(invocation, host) });
  throw new WardError("egress-refused", { why: reason });
}

/** What left to a granted host, and which class of data it may have held. */
function sentTo(invocation: Invocation, { host, carries }: EgressTarget["grant"]): EntryFacts {
  return { ...factsOf(invocation, host), carries };
}

/** The one patient concerned, for the accounting of disclosures (45 CFR 164.528). */
function factsOf(invocation: Invocation, host: string): { readonly host: string; readonly subjectId?: string } {
  const [subjectId] = invocation.subjects;
  return subjectId !== undefined && invocation.subjects.size === 1 ? { host, subjectId } : { host };
}

function passBack(response: ServerResponse, answer: EgressAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
  response.end(answer.body);
}

/** What means this machine does not change (RFC 6761 §6.3); other names are asked for each time. */
let localhost: Promise<readonly string[]> | undefined;

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  if (hostname === "localhost") return await (localhost ??= askSystem(hostname));
  return await askSystem(hostname);
}

async function askSystem(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
