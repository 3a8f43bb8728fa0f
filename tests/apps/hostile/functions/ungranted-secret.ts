/** Is granted one secret, and reads the other, which exists. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";
import { stealDoor } from "../stolen-door.ts";

export default defineFunction({
  trigger: on.http("POST", "ungranted-secret", { roles: ["public"] }),
  purpose: "TREAT",
  grants: { secrets: ["own-key"] },

  async handle(_request, ctx) {
    const door = await stealDoor(ctx);
    const outcomes = await attempt({
      "another's": () => door.call("secret", { name: "vendor-key" }),
      "another's through ctx": () => ctx.secrets.get("vendor-key" as "own-key"),
      "one that does not exist": () => door.call("secret", { name: "no-such-key" }),
      "every one": () => door.call("secret", { name: "*" }),
    });
    return { body: outcomes };
  },
});
