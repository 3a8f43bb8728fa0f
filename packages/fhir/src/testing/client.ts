/** Calls as tests make them: by method and path, answers as values. */
import type { Caller, FhirAnswer, FhirCall } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { bodyOf, type Fixture } from "./fixture.ts";

export interface Client {
  get(path: string, more?: Partial<FhirCall>): Promise<FhirAnswer>;
  post(path: string, body: unknown, more?: Partial<FhirCall>): Promise<FhirAnswer>;
  put(path: string, body: unknown, more?: Partial<FhirCall>): Promise<FhirAnswer>;
  patch(path: string, body: unknown, more?: Partial<FhirCall>): Promise<FhirAnswer>;
  delete(path: string, more?: Partial<FhirCall>): Promise<FhirAnswer>;
  /** The stored resource. */
  create(resource: JsonObject, more?: Partial<FhirCall>): Promise<JsonObject & { id: string }>;
  bundle(type: "batch" | "transaction", entry: readonly JsonObject[], more?: Partial<FhirCall>): Promise<FhirAnswer>;
  total(path: string): Promise<number>;
}

export function clientOf(fixture: () => Fixture, caller: Caller): Client {
  const call = async (made: FhirCall): Promise<FhirAnswer> => await fixture().fhir.interact(caller, made);
  const client: Client = {
    get: (path, more) => call({ method: "GET", path, ...more }),
    post: (path, body, more) => call({ method: "POST", path, body, ...more }),
    put: (path, body, more) => call({ method: "PUT", path, body, ...more }),
    patch: (path, body, more) => call({ method: "PATCH", path, body, ...more }),
    delete: (path, more) => call({ method: "DELETE", path, ...more }),
    create: async (resource, more) => bodyOf(await client.post(resource["resourceType"] as string, resource, more)),
    bundle: (type, entry, more) => client.post("", { resourceType: "Bundle", type, entry: [...entry] }, more),
    total: async (path) => bodyOf(await client.get(path))["total"] as number,
  };
  return client;
}
