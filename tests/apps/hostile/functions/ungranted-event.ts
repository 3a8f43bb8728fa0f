/** Emits the event that would make another function act. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "ungranted-event", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { emits: ["harmless.thing"] },

  async handle({ body: { patient } }, ctx) {
    const door = await stealDoor(ctx);
    const outcomes = await attempt({
      "another's event": () => door.call("emit", { type: "hostile.told", subject: `Patient/${patient}` }),
      "words in its type": () => door.call("emit", { type: `told of ${patient}` }),
    });
    return { body: outcomes };
  },
});
