/** Tells the sink the name of the app, which tells what evaluating its configuration reached. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.event("hostile.told"),
  purpose: "TREAT",
  grants: { egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle(event, ctx) {
    await ctx.egress.fetch("http://localhost:8090/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: "told", text: event.source }),
    });
  },
});
