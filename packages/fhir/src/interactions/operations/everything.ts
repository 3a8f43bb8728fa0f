/** `Patient/[id]/$everything`, `Encounter/[id]/$everything`. */
import type { JsonObject } from "../../json.ts";
import { runEverything } from "../../query/everything.ts";
import type { Operation } from "./contract.ts";
import { queryOf } from "./parameters.ts";

export const EVERYTHING: Operation = {
  name: "everything",
  definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything",
  definitionOn: { Encounter: "http://hl7.org/fhir/OperationDefinition/Encounter-everything" },
  onInstances: ["Patient", "Encounter"],
  isReadOnly: true,
  async run({ tools, acts, caller, baseUrl, type = "Patient", id = "", query, body }) {
    const call = { acts, caller, baseUrl, path: `${type}/${id}/$everything`, compartment: { type, id } };
    const { bundle }: { readonly bundle: JsonObject } = await runEverything(tools, call, queryOf(query, body));
    return { status: 200, body: bundle };
  },
};
