import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { INVOCATION_HEADER } from "@ward/core";
import { callFunction, startRuntime } from "../../src/testing/runtime-fixture.ts";
import type { FakeContext } from "../../src/testing/fake-instance-host.ts";
import { closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

test("refuses calls of an invocation that has ended, and writes nothing for it", async (t) => {
  let kept: FakeContext | undefined;
  const fixture = await startRuntime({
    lingering: {
      grants: { fhir: ["Patient.create"] },
      handle: (_payload, context) => Promise.resolve(void (kept = context)),
    },
  });
  t.after(fixture.close);
  await callFunction(fixture.runtime, "lingering");
  const call = { method: "POST", path: "Patient", body: { resourceType: "Patient" } };
  assert.equal((await kept?.door("fhir", call))?.status, 403);
  assert.equal((await kept?.fetch("https://sms.example.org/"))?.status, 403);
  assert.deepEqual(await fixture.refusals(), ["door.call no-invocation", "egress.send no-invocation"]);
  assert.equal(await fixture.count("test.resource"), 0);
});

test("refuses calls that name no invocation, a guessed one or two", async (t) => {
  const fixture = await startRuntime({
    guessing: {
      async handle(_payload, { raw, request }) {
        const statuses = [];
        for (const id of [undefined, "00000000-0000-4000-8000-000000000000", `${request.invocation}, x`]) {
          const headers = id === undefined ? {} : { [INVOCATION_HEADER]: id };
          statuses.push((await raw("/door/secret", { method: "POST", headers, body: "{}" })).status);
        }
        return { body: statuses };
      },
    },
  });
  t.after(fixture.close);
  assert.deepEqual(await callFunction(fixture.runtime, "guessing"), [403, 403, 403]);
  assert.deepEqual(await fixture.refusals(), Array(3).fill("door.call no-invocation"));
});
