/**
 * `ctx.fhir`, host side (its twin is `sdk/src/fhir-binding.ts`). Writes join the invocation's unit of work; whether an
 * interaction is granted is the door's to decide and to record.
 */
import { WardError, type FhirAnswer, type FhirCall } from "@ward/core";
import { readMembers } from "./call-members.ts";
import type { FhirPort } from "./contract.ts";
import type { Invocation } from "./invocation.ts";
import type { Binding } from "./outbound.ts";

/** An HL7 message of 10 MB grows by a third in base64; the bundle around it needs some room. */
const BODY_MAX_BYTES = 16 * 1024 * 1024;

export function createFhirBinding(fhir: FhirPort): Binding {
  return {
    bodyMaxBytes: BODY_MAX_BYTES,
    async call(invocation, body) {
      const call = readCall(body);
      const answer = parsed(await interact(fhir, invocation, call));
      rememberSubjects(invocation, call.body);
      rememberSubjects(invocation, answer.body);
      return answer;
    },
  };
}

function interact(fhir: FhirPort, invocation: Invocation, call: FhirCall): Promise<FhirAnswer> {
  const { caller, unitOfWork } = invocation;
  if (isRead(call)) return unitOfWork.read((within) => fhir.interact(caller, call, within));
  invocation.markActed();
  return unitOfWork.write(async (tx) => {
    const answer = parsed(await fhir.interact(caller, call, tx));
    countFiled(invocation, call, answer);
    return answer;
  });
}

/** A function gets values; what it holds, the node must know too. */
function parsed(answer: FhirAnswer): FhirAnswer {
  if (answer.json === undefined) return answer;
  const { json, ...rest } = answer;
  return { ...rest, body: JSON.parse(Buffer.from(json).toString("utf8")) as unknown };
}

const METHODS: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE"] satisfies readonly FhirCall["method"][];

function readCall(body: Readonly<Record<string, unknown>>): FhirCall {
  const { method, path, ...rest } = readMembers(body, {
    method: "string",
    path: "string",
    body: "any?",
    contentType: "string?",
    ifMatch: "string?",
    ifNoneMatch: "string?",
    ifModifiedSince: "string?",
    ifNoneExist: "string?",
    prefer: "string?",
  });
  if (!METHODS.includes(method)) throw new WardError("method-not-allowed");
  // Relative to the FHIR base: anything with an authority or a way up would name something else.
  if (path.length > 8_192 || /^(?:\/|[a-z][a-z0-9+.-]*:)|(?:^|\/)\.\.?(?:\/|$)/i.test(path)) {
    throw new WardError("invalid-request", { member: "path" });
  }
  return { method: method as FhirCall["method"], path, ...rest };
}

function isRead(call: FhirCall): boolean {
  return call.method === "GET" || (call.method === "POST" && /(?:^|\/)_search(?:\?|$)/.test(call.path));
}

/** Counts resources that got a new version: created, updated or patched. A conditional create that matched wrote nothing. */
function countFiled(invocation: Invocation, call: FhirCall, answer: FhirAnswer): void {
  const count = (method: unknown, status: number, location: string | undefined, type: string | undefined): void => {
    const wrote = status === 201 || ((method === "PUT" || method === "PATCH") && status === 200);
    const name = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]+(?:\/_history\/[^/]+)?$/.exec(location ?? "")?.[1] ?? type;
    if (wrote && name !== undefined) invocation.countFiled(name);
  };
  const asked = call.body as BundleLike | undefined;
  const answered = answer.body as BundleLike | undefined;
  if (call.path !== "") {
    count(call.method, answer.status, answer.location, /^[A-Z][A-Za-z]+/.exec(call.path)?.[0]);
    return;
  }
  for (const [index, entry] of (answered?.entry ?? []).entries()) {
    const request = asked?.entry?.[index]?.request;
    const status = Number.parseInt(entry.response?.status ?? "", 10);
    count(request?.method, status, entry.response?.location, /^[A-Z][A-Za-z]+/.exec(request?.url ?? "")?.[0]);
  }
}

interface BundleLike {
  readonly entry?: readonly {
    readonly request?: { readonly method?: string; readonly url?: string };
    readonly response?: { readonly status?: string; readonly location?: string };
    readonly resource?: unknown;
  }[];
}

interface ResourceLike extends BundleLike {
  readonly resourceType?: string;
  readonly id?: string;
  readonly subject?: { readonly reference?: string };
  readonly patient?: { readonly reference?: string };
}

/** Whoever the function has seen, the egress proxy screens for. */
function rememberSubjects(invocation: Invocation, body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  const resource = body as ResourceLike;
  if (resource.resourceType === "Patient" && typeof resource.id === "string") invocation.subjects.add(resource.id);
  for (const reference of [resource.subject?.reference, resource.patient?.reference]) {
    const id =
      typeof reference === "string" ? /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})$/.exec(reference)?.[1] : undefined;
    if (id !== undefined) invocation.subjects.add(id);
  }
  if (!Array.isArray(resource.entry)) return;
  for (const entry of resource.entry) {
    rememberSubjects(invocation, entry.resource);
    const created = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/|$)/.exec(entry.response?.location ?? "")?.[1];
    if (created !== undefined) invocation.subjects.add(created);
  }
}
