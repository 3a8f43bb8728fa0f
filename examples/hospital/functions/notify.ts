/** Tells the patient that there is something to read. It has no FHIR grant: it sees an opaque token and a link. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.event("lab.result.filed"),
  purpose: "TREAT",
  grants: { egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },
  limits: { timeoutMs: 5_000, memoryMb: 64 },

  async handle(event, ctx) {
    const message = { to: event.subject, text: "You have a new lab result", link: event.data.link };
    const response = await ctx.egress.fetch("http://localhost:8090/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
    });
    // Failing the invocation has the event delivered again later.
    if (!response.ok) throw new Error("the SMS sink refused the message");
  },
});
