/** Ends its own process in ways that a handler can, to take its last act or its neighbours with it. */
import { defineFunction, on } from "@ward/sdk";
import { load } from "../attempts.ts";

interface Workers {
  readonly abortIsolate: (why: string) => never;
}

export default defineFunction({
  trigger: on.http("POST", "crash-itself", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" }, way: { enum: ["abort", "flood"] } },
      required: ["patient", "way"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Patient.read"] },

  async handle({ body: { patient, way } }, ctx) {
    const { name } = await ctx.fhir.read("Patient", patient);
    if (way === "abort") (await load<Workers>("cloudflare", "workers")).abortIsolate(name?.[0]?.family ?? "");
    // More than the node takes as an answer.
    return { body: JSON.stringify(name).repeat(400_000) };
  },
});
