/** The slices and the memory of decisions against the plain engine: same policies, nothing cut, nothing remembered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { PurposeOfUse } from "@ward/core";
import fc from "fast-check";
import { compilePolicies } from "./policy-engine.ts";

const NAMES = ["a", "b"] as const;
const ROLES = ["r", "s"] as const;
const ACTIONS = ["fhir.read", "fhir.update"] as const;
const TYPES = ["Patient", "Observation"] as const;
const PURPOSES: readonly PurposeOfUse[] = ["TREAT", "HPAYMT"];

const principals = fc.constantFrom(
  ...NAMES.flatMap((name) => [`== Ward::Person::"${name}"`, `== Ward::Service::"${name}"`]),
  ...ROLES.map((role) => `in Ward::Role::"${role}"`),
  "is Ward::Person",
  'is Ward::Person in Ward::Role::"r"',
  "is Ward::Service",
);
const conditions = fc.constantFrom(
  "",
  ...PURPOSES.map((purpose) => `when { context.purpose == "${purpose}" }`),
  "unless { context has onBehalfOf }",
  'when { context has onBehalfOf && context.onBehalfOf.roles.contains("r") }',
  'when { principal is Ward::Person && principal in Ward::Role::"s" }',
  "when { 9223372036854775807 + 1 > 0 }",
);
const policies = fc
  .record({
    effect: fc.constantFrom("permit", "permit", "forbid"),
    principal: principals,
    action: fc.constantFrom("", ...ACTIONS.map((action) => ` == Ward::Action::"${action}"`)),
    resource: fc.constantFrom("", ...TYPES.map((type) => ` == Ward::ResourceType::"${type}"`)),
    condition: conditions,
  })
  .map(
    ({ effect, principal, action, resource, condition }) =>
      `${effect} (principal ${principal}, action${action}, resource${resource}) ${condition};`,
  );
const someone = fc.oneof(
  fc.record({ kind: fc.constant("person" as const), id: fc.constantFrom(...NAMES), roles: fc.subarray([...ROLES]) }),
  fc.record({ kind: fc.constant("service" as const), id: fc.constantFrom(...NAMES) }),
);
const questions = fc.record({
  principal: someone,
  onBehalfOf: fc.option(someone, { nil: undefined }),
  purpose: fc.constantFrom(...PURPOSES),
  action: fc.constantFrom(...ACTIONS),
  resourceType: fc.constantFrom(...TYPES),
});

test("a decision from a slice or from memory is the whole policy set's, with failing policies denying", () => {
  fc.assert(
    fc.property(
      fc.array(policies, { maxLength: 8 }),
      fc.array(questions, { minLength: 1, maxLength: 20 }),
      (texts, asked) => {
        const engine = compilePolicies({ manifests: [], appPolicies: { "app.cedar": texts.join("\n") } });
        for (const { principal, onBehalfOf, purpose, action, resourceType } of [...asked, ...asked]) {
          const type = principal.kind === "person" ? "Ward::Person" : "Ward::Service";
          const rolesOf = (one: typeof principal) => (one.kind === "person" ? one.roles : []);
          const answer = isAuthorized({
            principal: { type, id: principal.id },
            action: { type: "Ward::Action", id: action },
            resource: { type: "Ward::ResourceType", id: resourceType },
            context: {
              purpose,
              ...(onBehalfOf === undefined ? {} : { onBehalfOf: { name: "x", roles: rolesOf(onBehalfOf) } }),
            },
            entities: [
              {
                uid: { type, id: principal.id },
                attrs: {},
                parents: rolesOf(principal).map((id) => ({ type: "Ward::Role", id })),
              },
            ],
            policies: { staticPolicies: texts.join("\n") },
          });
          assert.equal(answer.type, "success");
          if (answer.type !== "success") return;
          const { decision, diagnostics } = answer.response;
          const expected = decision === "allow" && diagnostics.errors.length === 0;
          const caller = onBehalfOf === undefined ? { principal, purpose } : { principal, purpose, onBehalfOf };
          assert.equal(engine.decide(caller, { action, resourceType }).isAllowed, expected);
        }
      },
    ),
  );
});
