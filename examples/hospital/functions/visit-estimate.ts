/** How long to plan for a visit, from what a scheduling page knows: no patient, no PHI, and so no grant. */
import { defineFunction, on } from "@ward/sdk";

const MINUTES = { "first-visit": 40, "follow-up": 20, "result-review": 15 } as const;

export default defineFunction({
  trigger: on.http("POST", "visits/estimate", {
    roles: ["public"],
    body: {
      type: "object",
      properties: {
        kind: { enum: ["first-visit", "follow-up", "result-review"] },
        needsInterpreter: { type: "boolean" },
        topics: { type: "integer", minimum: 1, maximum: 10 },
      },
      required: ["kind"],
      additionalProperties: false,
    },
  }),
  purpose: "HOPERAT",
  limits: { timeoutMs: 1_000, memoryMb: 64, concurrency: 100 },

  handle({ body }) {
    const base = MINUTES[body.kind] + 5 * ((body.topics ?? 1) - 1);
    // An interpreted conversation takes half as long again.
    const minutes = Math.ceil((base * (body.needsInterpreter === true ? 1.5 : 1)) / 5) * 5;
    return { status: 200, body: { minutes, slots: Math.ceil(minutes / 20) } };
  },
});
