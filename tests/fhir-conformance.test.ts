/**
 * Every case of the conformance tables, against whole nodes over HTTP; then that docs/reference/fhir.md says what they
 * showed. `WARD_WRITE_REFERENCE=1 node --test tests/fhir-conformance.test.ts` writes the page.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { AUTHORIZATION } from "./fhir-conformance/authorization.ts";
import { BATCH, TRANSACTION } from "./fhir-conformance/bundles.ts";
import type { CaseGroup } from "./fhir-conformance/case.ts";
import { FORMS, ODD } from "./fhir-conformance/forms.ts";
import { conformancePage, PAGE } from "./fhir-conformance/page.ts";
import { PATCH, READ, WRITE } from "./fhir-conformance/rest.ts";
import { ACROSS, ANSWERS } from "./fhir-conformance/search-results.ts";
import { DATE, QUANTITY, REFERENCE, STRING, TOKEN, URI } from "./fhir-conformance/search-values.ts";
import { VALIDATION } from "./fhir-conformance/validation.ts";
import { startFhirServer, type FhirServer } from "./fhir-conformance/server.ts";

/** Each list has a node of its own: what one stores, another's searches do not find. */
const NODES: readonly (readonly CaseGroup[])[] = [
  [READ, WRITE, PATCH],
  [TRANSACTION, BATCH, AUTHORIZATION],
  [FORMS, VALIDATION, ODD],
  [STRING, TOKEN, DATE, QUANTITY, URI, REFERENCE],
  [ACROSS, ANSWERS],
];

const ended = new Map<string, "passed" | "failed">();

for (const groups of NODES) {
  describe(groups.map(({ title }) => title).join("; "), () => {
    let server: FhirServer;
    before(async () => {
      server = await startFhirServer();
      for (const { prepare } of groups) await prepare?.(server);
    });
    after(async () => await server.close());
    for (const { title, cases } of groups) {
      for (const each of cases) {
        it(`${each.id}: ${title}, ${each.feature}: ${each.holds}`, async () => {
          ended.set(each.id, "failed");
          await each.run(server);
          ended.set(each.id, "passed");
        });
      }
    }
  });
}

describe("the table of conformance", () => {
  const cases = NODES.flat().flatMap((group) => group.cases);

  it("names each case once", () => {
    const ids = cases.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
  });

  it("says in docs/reference/fhir.md what the cases showed", async (context) => {
    if (ended.size < cases.length) return context.skip("only some of the cases ran");
    const page = await conformancePage(NODES.flat(), ended);
    if (process.env["WARD_WRITE_REFERENCE"] === "1") writeFileSync(PAGE, page);
    assert.equal(
      readFileSync(PAGE, "utf8"),
      page,
      "run: WARD_WRITE_REFERENCE=1 node --test tests/fhir-conformance.test.ts",
    );
  });
});
