/** `Observation/$lastn`. */
import { runLastN } from "../../query/last-n.ts";
import type { Operation } from "./contract.ts";
import { queryOf } from "./parameters.ts";

export const LAST_N: Operation = {
  name: "lastn",
  definition: "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
  onTypes: ["Observation"],
  isReadOnly: true,
  async run({ tools, acts, caller, baseUrl, query, body }) {
    const call = { acts, caller, baseUrl, path: "Observation/$lastn" };
    const { bundle } = await runLastN(tools, call, queryOf(query, body));
    return { status: 200, body: bundle };
  },
};
