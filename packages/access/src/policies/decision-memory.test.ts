import assert from "node:assert/strict";
import { test } from "node:test";
import { createDecisionMemory, type Decision } from "./decision-memory.ts";

const decisionOf = (name: string): Decision => ({ isAllowed: true, policies: [name] });

test("a caller whose object was changed since is another caller", () => {
  const memory = createDecisionMemory(10);
  const roles = ["clinician"];
  const caller = { principal: { kind: "person", id: "a", roles }, purpose: "TREAT" } as const;
  memory.of(caller).keep("fhir.read", "Patient", "", decisionOf("as clinician"));
  roles[0] = "visitor";
  assert.equal(memory.of(caller).find("fhir.read", "Patient", ""), undefined);
  roles[0] = "clinician";
  assert.deepEqual(memory.of(caller).find("fhir.read", "Patient", ""), decisionOf("as clinician"));
});

test("what is held is bounded, whoever asks whatever", () => {
  const memory = createDecisionMemory(20);
  const by = (at: number) => memory.of({ principal: { kind: "service", id: `${at}` }, purpose: "TREAT" });
  for (let at = 0; at < 1_000; at++) by(at).keep("fhir.read", `${at}`, "", decisionOf(`${at}`));
  const held = Array.from({ length: 1_000 }, (_, at) => at).filter((at) => by(at).find("fhir.read", `${at}`, ""));
  assert.ok(held.length <= 20, `${held.length}`);
});
