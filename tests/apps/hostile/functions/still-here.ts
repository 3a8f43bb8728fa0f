/** Not an attack: shows that the node still serves. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "still-here", { roles: ["public"] }),
  purpose: "HOPERAT",
  handle: () => ({ body: { here: true } }),
});
