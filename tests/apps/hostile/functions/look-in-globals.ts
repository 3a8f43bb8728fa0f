/** Looks for what another function left. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "look-in-globals", { roles: ["public"] }),
  purpose: "TREAT",
  handle: () => ({ body: { found: String(Reflect.get(globalThis, "left")) } }),
});
