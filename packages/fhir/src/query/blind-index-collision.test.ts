/** Blind indexes cut to two bits: nearly everything collides, and no answer may change. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { createDisclosureScreen } from "../screen/disclosure-screen.ts";
import { anObservation, aPatient, bodyOf, MRN_SYSTEM, startFixture, type Fixture } from "../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture({
    wrapVault: (vault) => ({ ...vault, blindIndex: (domain, value) => vault.blindIndex(domain, value) & 3n }),
  });
});
after(async () => await f.close());

it("gives no wrong hit and creates no resource's double when blind indexes collide", async () => {
  const mrns = Array.from({ length: 30 }, (_, n) => `MRN${1000 + n}`);
  for (const mrn of mrns) {
    const call = { method: "POST", path: "Patient", body: aPatient(mrn), ifNoneExist: `identifier=${mrn}` } as const;
    const created = await f.fhir.interact(f.caller, call);
    assert.equal(created.status, 201, mrn);
    assert.equal((await f.fhir.interact(f.caller, call)).status, 200, mrn);
    await f.fhir.interact(f.caller, {
      method: "POST",
      path: "Observation",
      body: anObservation(`Patient/${bodyOf(created).id}`),
    });
  }
  for (const mrn of mrns) {
    const answer = await f.fhir.interact(f.caller, { method: "GET", path: `Patient?identifier=${MRN_SYSTEM}|${mrn}` });
    const { total, entry } = bodyOf(answer) as unknown as { total: number; entry: { resource: { id: string } }[] };
    assert.equal(total, 1);
    const path = `Observation?patient=${entry[0]?.resource.id}&code=2345-7`;
    assert.equal(bodyOf(await f.fhir.interact(f.caller, { method: "GET", path }))["total"], 1);
  }
  const screen = createDisclosureScreen({ door: f.door, vault: f.vault });
  assert.deepEqual(await screen.find(f.caller, "see MRN9999"), []);
  assert.deepEqual(await screen.find(f.caller, "see MRN1007"), ["known-identifier"]);
});
