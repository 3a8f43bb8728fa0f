/** The memory against a plain table whose key is the whole question written out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurposeOfUse } from "@ward/core";
import fc from "fast-check";
import { createDecisionMemory, type Actor, type Decision } from "./decision-memory.ts";

const decisionOf = (name: string): Decision => ({ isAllowed: true, policies: [name] });

const principals = fc.oneof(
  fc.record({
    kind: fc.constant("person" as const),
    id: fc.constantFrom("a", "b"),
    roles: fc.array(fc.constantFrom("r", "s"), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constantFrom("service" as const, "function" as const), id: fc.constantFrom("a", "b") }),
);
const questions = fc.record({
  principal: principals,
  onBehalfOf: fc.option(principals, { nil: undefined }),
  purpose: fc.constantFrom<PurposeOfUse>("TREAT", "HPAYMT"),
  action: fc.constantFrom("fhir.read" as const, "fhir.search" as const),
  resourceType: fc.constantFrom("Patient", "Secret", '["Patient",null]', ""),
  more: fc.constantFrom("", "Patient", '["a",null]'),
});

test("what is found was kept for the very same input, and is found until something is forgotten", () => {
  fc.assert(
    fc.property(fc.array(questions, { maxLength: 60 }), (asked) => {
      const memory = createDecisionMemory(1_000);
      const model = new Map<string, Decision>();
      for (const { principal, onBehalfOf, purpose, action, resourceType, more } of asked) {
        const caller: Actor = onBehalfOf === undefined ? { principal, purpose } : { principal, purpose, onBehalfOf };
        const key = JSON.stringify([principal, onBehalfOf ?? null, purpose, action, resourceType, more]);
        const remembered = memory.of(caller);
        assert.deepEqual(remembered.find(action, resourceType, more), model.get(key));
        remembered.keep(action, resourceType, more, decisionOf(key));
        model.set(key, decisionOf(key));
      }
    }),
  );
});
