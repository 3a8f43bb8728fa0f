/** Gives the id of its running invocation away, and keeps it running for a while. */
import { defineFunction, on } from "@ward/sdk";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "hold-invocation", { roles: ["public"] }),
  purpose: "TREAT",
  grants: {
    fhir: ["Patient.read"],
    egress: [{ host: "localhost:8090", baa: "none", carries: "none" }],
  },

  async handle(_request, ctx) {
    const { invocation } = await stealDoor(ctx);
    await ctx.egress.fetch("http://localhost:8090/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: "accomplice", text: invocation }),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { body: { held: true } };
  },
});
