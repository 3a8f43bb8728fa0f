/**
 * A FHIR port that keeps resources in one table and passes the door, for runtime's own tests. It validates nothing but
 * what a test needs to fail: a resource of which `invalid` is true is written halfway and then refused.
 */
import { randomUUID } from "node:crypto";
import type { Door } from "@ward/access";
import { WardError, type Database } from "@ward/core";
import type { Vault } from "@ward/vault";
import type { FhirPort } from "../contract.ts";

interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly invalid?: boolean;
  readonly subject?: { readonly reference: string };
}

export async function createTableFhir(database: Database, door: Door, vault: Vault): Promise<FhirPort> {
  await database.query("create schema if not exists test");
  await database.query("create table if not exists test.resource (type text, id text primary key, body jsonb)");
  const interact: FhirPort["interact"] = (caller, call, within) =>
    door.session(
      caller,
      async (acts) => {
        const [type = "", id] = call.path.split(/[/?]/);
        if (call.method === "GET") {
          return await acts.read({ action: "fhir.read", resourceType: type }, async ({ sql }) => {
            const [row] = await sql.query<{ body: Resource }>("select body from test.resource where id = $1", [id]);
            if (row === undefined) throw new WardError("not-found");
            return { value: { status: 200, body: row.body }, touched: [] };
          });
        }
        const asked =
          call.path === ""
            ? (call.body as { entry: { resource: Resource }[] }).entry
            : [{ resource: call.body as Resource }];
        const entry = [];
        for (const { resource } of asked) {
          const act = { action: "fhir.create", resourceType: resource.resourceType } as const;
          entry.push(
            await acts.write(act, async ({ tx }) => {
              const made = { ...resource, id: randomUUID() };
              if (made.resourceType === "Patient") await vault.createCompartment(tx, `Patient/${made.id}`);
              await tx.query("insert into test.resource values ($1, $2, $3)", [resource.resourceType, made.id, made]);
              if (resource.invalid === true) throw new WardError("invalid-resource", { issues: ["Patient.invalid"] });
              const location = `${resource.resourceType}/${made.id}/_history/1`;
              return { value: { resource: made, response: { status: "201", location } }, touched: [] };
            }),
          );
        }
        const [first] = entry;
        if (call.path !== "" && first !== undefined) {
          return { status: 201, body: first.resource, location: first.response.location };
        }
        return { status: 200, body: { resourceType: "Bundle", type: "transaction-response", entry } };
      },
      within,
    );
  return { interact };
}
