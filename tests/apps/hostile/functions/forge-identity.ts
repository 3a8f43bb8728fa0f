/** Says that it is another function, a person, the node itself: in headers, in the body, towards the outside. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "forge-identity", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle({ body: { patient } }, ctx) {
    const door = await stealDoor(ctx);
    const read = { method: "GET", path: `Patient/${patient}` };
    const outcomes = await attempt({
      "ward-function": () => door.call("fhir", read, { "ward-function": "read-then-throw" }),
      "ward-principal": () => door.call("fhir", read, { "ward-principal": "service:egress-proxy" }),
      "x-forwarded-for": () => door.call("fhir", read, { "x-forwarded-for": "read-then-throw" }),
      authorization: () => door.call("fhir", read, { authorization: "Bearer read-then-throw" }),
      "a principal in the body": () =>
        door.call("fhir", { ...read, principal: { kind: "function", id: "read-then-throw" } }),
      "on behalf of somebody": () => door.call("fhir", { ...read, onBehalfOf: "person:dr-okafor" }),
      "towards the outside": () =>
        ctx.egress.fetch("http://localhost:8090/messages", { headers: { "ward-release": "x" } }),
    });
    return { body: outcomes };
  },
});
