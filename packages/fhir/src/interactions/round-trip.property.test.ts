/** Whatever valid resource goes in comes out as the same JSON, but for id and meta. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../json.ts";
import { bodyOf, startFixture, type Fixture } from "../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((value) => /^[\r\n\t\u0020-\uFFFF]+$/.test(value) && value.trim() !== "");
const uri = fc.webUrl();
const coding = fc.record(
  { system: uri, code: fc.stringMatching(/^[a-z0-9-]{1,12}$/), display: text },
  { requiredKeys: ["code"] },
);
const date = fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
const period = fc.record({ start: date.map((each) => each.toISOString()) });
const identifier = fc.record({ system: uri, value: text, period }, { requiredKeys: ["value"] });
const extension = fc.oneof(
  fc.record({ url: uri, valueString: text }),
  fc.record({ url: uri, valueDecimal: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ url: uri, valueInteger: fc.integer() }),
  fc.record({
    url: uri,
    extension: fc.array(fc.record({ url: uri, valueCode: coding.map(({ code }) => code) }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
);
const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });

const patient = fc
  .record(
    {
      resourceType: fc.constant("Patient"),
      extension: some(extension),
      identifier: some(identifier),
      active: fc.boolean(),
      name: some(
        fc.record(
          { use: fc.constantFrom("official", "usual"), family: text, given: some(text) },
          { requiredKeys: ["family"] },
        ),
      ),
      gender: fc.constantFrom("male", "female", "other", "unknown"),
      birthDate: date.map((each) => each.toISOString().slice(0, 10)),
      multipleBirthInteger: fc.integer({ min: 1, max: 5 }),
      contained: some(
        fc.record({ resourceType: fc.constant("Organization"), id: fc.stringMatching(/^[a-z]{3,8}$/), name: text }),
      ),
    },
    { requiredKeys: ["resourceType"] },
  )
  // A contained resource that nothing refers to is not valid (dom-3).
  .map((each) =>
    each.contained ? { ...each, generalPractitioner: each.contained.map(({ id }) => ({ reference: `#${id}` })) } : each,
  );
const observation = fc.record(
  {
    resourceType: fc.constant("Observation"),
    status: fc.constantFrom("final", "preliminary", "amended"),
    identifier: some(identifier),
    code: fc.record({ coding: some(coding), text }, { requiredKeys: ["text"] }),
    effectiveDateTime: date.map((each) => each.toISOString()),
    valueQuantity: fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), unit: text }),
    note: some(fc.record({ text })),
  },
  { requiredKeys: ["resourceType", "status", "code"] },
);

function withoutIdentity(resource: JsonObject): string {
  const { id: _id, meta: _meta, ...rest } = resource;
  return JSON.stringify(rest);
}

it("round-trips random valid resources byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(patient, observation), async (generated) => {
      const resource = JSON.parse(JSON.stringify(generated)) as JsonObject;
      const sent = JSON.stringify(resource);
      const path = resource["resourceType"] as string;
      const created = bodyOf(await f.fhir.interact(f.caller, { method: "POST", path, body: resource }));
      assert.equal(JSON.stringify(resource), sent, "the caller's object is left alone");
      const read = await f.fhir.interact(f.caller, { method: "GET", path: `${path}/${created.id}` });
      assert.equal(withoutIdentity(bodyOf(read)), sent);
    }),
    { numRuns: 150 },
  );
});
