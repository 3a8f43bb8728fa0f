import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AUTHORIZATION } from "./fhir-conformance/authorization.ts";
import { BATCH, TRANSACTION } from "./fhir-conformance/bundles.ts";
import type { CaseGroup } from "./fhir-conformance/case.ts";
import { FORMS, ODD } from "./fhir-conformance/forms.ts";
import { PATCH, READ, WRITE } from "./fhir-conformance/rest.ts";
import { ACROSS, ANSWERS } from "./fhir-conformance/search-results.ts";
import { DATE, QUANTITY, REFERENCE, STRING, TOKEN, URI } from "./fhir-conformance/search-values.ts";
import { startFhirServer, type FhirServer } from "./fhir-conformance/server.ts";

/** Each list has a node of its own: what one stores, another's searches do not find. */
const NODES: readonly (readonly CaseGroup[])[] = [
  [READ, WRITE, PATCH],
  [TRANSACTION, BATCH, AUTHORIZATION],
  [FORMS, ODD],
  [STRING, TOKEN, DATE, QUANTITY, URI, REFERENCE],
  [ACROSS, ANSWERS],
];

for (const groups of NODES) {
  describe(groups.map(({ title }) => title).join("; "), () => {
    let server: FhirServer;
    before(async () => {
      server = await startFhirServer();
      for (const { prepare } of groups) await prepare?.(server);
    });
    after(async () => await server.close());
    for (const { title, cases } of groups) {
      for (const each of cases)
        it(`${each.id}: ${title}, ${each.feature}: ${each.holds}`, async () => await each.run(server));
    }
  });
}

it("names each case once", () => {
  const ids = NODES.flat().flatMap(({ cases }) => cases.map(({ id }) => id));
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
});
