/**
 * `ctx`, built from the definition's grants and nothing else: a member that was not granted is absent, so that an
 * author's slip past the types ends here and an attacker's at the node, which decides every call again.
 */
import { INVOCATION_HEADER } from "@ward/core";
import type { EmitCall, FhirAnswer, FhirCall, InvokeRequest, LogCall, SecretAnswer, SecretCall } from "@ward/core";
import type { EgressRequest, SearchParameters } from "./context.ts";
import type { AnyFunctionDefinition } from "./define-function.ts";
import { egressRefusal, refusalOf } from "./refusal.worker.ts";
import { fetchFor, type DoorBinding, type RunningInvocation } from "./running-invocation.worker.ts";

type DoorCall = (binding: "fhir" | "emit" | "secret" | "log", call: object) => Promise<unknown>;
type Grants = NonNullable<AnyFunctionDefinition["grants"]>;
interface IfMatch {
  readonly ifMatch?: string;
}
interface AnyResource {
  readonly resourceType: string;
  readonly id?: string;
}

export function buildContext(
  grants: Grants,
  { invocation, traceId, timeoutMs }: InvokeRequest,
  door: DoorBinding,
  running: RunningInvocation,
): Readonly<Record<string, unknown>> {
  const call = callsThrough(door, invocation);
  const { fhir = [], emits = [], secrets = [], egress = [] } = grants;
  return Object.freeze({
    invocation: Object.freeze({ traceId, deadline: Date.now() + timeoutMs }),
    log: logThrough(call, running),
    ...(fhir.length > 0 ? { fhir: fhirThrough(call, fhir) } : {}),
    ...(emits.length > 0 ? { emit: emitThrough(call) } : {}),
    ...(secrets.length > 0 ? { secrets: secretsThrough(call) } : {}),
    ...(egress.length > 0 ? { egress: egressOf(invocation) } : {}),
  });
}

function callsThrough(door: DoorBinding, invocation: string): DoorCall {
  return async (binding, call) => {
    const response = await door.fetch(`http://ward/door/${binding}`, {
      method: "POST",
      headers: { "content-type": "application/json", [INVOCATION_HEADER]: invocation },
      body: JSON.stringify(call),
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusalOf(body);
    return body;
  };
}

function fhirThrough(call: DoorCall, grants: readonly string[]): object {
  const interact = async (fhirCall: FhirCall): Promise<unknown> => ((await call("fhir", fhirCall)) as FhirAnswer).body;
  const interactions = {
    read: (type: string, id: string) => interact({ method: "GET", path: placeOf(type, id) }),
    vread: (type: string, id: string, version: string) =>
      interact({ method: "GET", path: `${placeOf(type, id)}/_history/${encodeURIComponent(version)}` }),
    history: (type: string, id?: string, parameters: SearchParameters = {}) => {
      const query = queryOf(parameters);
      const place = id === undefined ? type : placeOf(type, id);
      return interact({ method: "GET", path: `${place}/_history${query === "" ? "" : `?${query}`}` });
    },
    search: (type: string, parameters: SearchParameters) =>
      interact({ method: "GET", path: `${type}?${queryOf(parameters)}` }),
    create: (resource: AnyResource) => interact({ method: "POST", path: resource.resourceType, body: resource }),
    update: (resource: AnyResource, options: IfMatch = {}) =>
      interact({
        method: "PUT",
        path: placeOf(resource.resourceType, resource.id ?? ""),
        body: resource,
        ...ifMatchOf(options),
      }),
    patch: (type: string, id: string, patch: object, options: IfMatch = {}) =>
      interact({
        method: "PATCH",
        path: placeOf(type, id),
        body: patch,
        contentType: Array.isArray(patch) ? "application/json-patch+json" : "application/fhir+json",
        ...ifMatchOf(options),
      }),
    delete: async (type: string, id: string, options: IfMatch = {}) => {
      await interact({ method: "DELETE", path: placeOf(type, id), ...ifMatchOf(options) });
    },
  };
  const granted = Object.entries(interactions).filter(([name]) => grants.some((grant) => grant.endsWith(`.${name}`)));
  return Object.freeze({
    ...Object.fromEntries(granted),
    transaction: (bundle: object) => interact({ method: "POST", path: "", body: bundle }),
  });
}

function placeOf(type: string, id: string): string {
  return `${type}/${encodeURIComponent(id)}`;
}

function ifMatchOf({ ifMatch }: IfMatch): IfMatch {
  return ifMatch === undefined ? {} : { ifMatch };
}

function queryOf(parameters: SearchParameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each));
  }
  return query.toString();
}

function emitThrough(call: DoorCall): (type: string, about?: Omit<EmitCall, "type">) => Promise<void> {
  return async (type, about = {}) => {
    await call("emit", { ...about, type } satisfies EmitCall);
  };
}

function secretsThrough(call: DoorCall): object {
  return Object.freeze({
    get: async (name: string) => ((await call("secret", { name } satisfies SecretCall)) as SecretAnswer).value,
  });
}

function egressOf(invocation: string): object {
  return Object.freeze({
    fetch: async (url: string | URL, init?: EgressRequest) => {
      const response = await fetchFor(invocation, url, init);
      const refusal = await egressRefusal(response);
      if (refusal !== undefined) throw refusal;
      return response;
    },
  });
}

/** A line that waits longer goes out on its own, so that an invocation which is killed has left most of its lines. */
const LINE_WAIT_MS = 100;
const LINES_MAX = 50;

/** Returns at once; lines travel with the invocation's answer. One that is refused fails nothing. */
function logThrough(call: DoorCall, running: RunningInvocation): (event: string, fields?: LogCall["fields"]) => void {
  const sendNow = (): void => {
    for (const line of running.lines.splice(0)) {
      const sent = call("log", line).catch(() => undefined);
      running.unfinished.add(sent);
      void sent.then(() => running.unfinished.delete(sent));
    }
  };
  return (event, fields = {}) => {
    running.lines.push({ event, fields: { ...fields } });
    if (running.lines.length === 1) setTimeout(sendNow, LINE_WAIT_MS);
    if (running.lines.length >= LINES_MAX) sendNow();
  };
}
