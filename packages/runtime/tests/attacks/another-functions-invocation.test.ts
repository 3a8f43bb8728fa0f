import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { INVOCATION_HEADER } from "@ward/core";
import { callFunction, startRuntime } from "../../src/testing/runtime-fixture.ts";
import { closeTestDatabase } from "./attack.ts";

after(closeTestDatabase);

test("refuses the running invocation of another function, whose id was somehow learned", async (t) => {
  let learned = "";
  let leave: () => void = () => undefined;
  const fixture = await startRuntime({
    victim: {
      grants: { fhir: ["Patient.create"] },
      handle: (_payload, { request }) => {
        learned = request.invocation;
        return new Promise<void>((resolve) => (leave = resolve));
      },
    },
    attacker: {
      async handle(_payload, { raw }) {
        const body = JSON.stringify({ method: "POST", path: "Patient", body: { resourceType: "Patient" } });
        const headers = { [INVOCATION_HEADER]: learned };
        const binding = await raw("/door/fhir", { method: "POST", headers, body });
        const egress = await raw("https://sms.example.org/", { headers });
        return { body: [binding.status, egress.status] };
      },
    },
  });
  t.after(fixture.close);
  const victim = callFunction(fixture.runtime, "victim");
  while (learned === "") await new Promise(setImmediate);
  assert.deepEqual(await callFunction(fixture.runtime, "attacker"), [403, 403]);
  leave();
  await victim;
  const refused = (await fixture.entries()).filter(({ decision }) => decision === "deny");
  assert.deepEqual(
    refused.map(({ principal, action, reason }) => [principal, action, reason]),
    Array(2).fill(["function:attacker", "identity.forge", "access-denied"]),
  );
  assert.equal(await fixture.count("test.resource"), 0);
});
