/** Imports a file of the machine's that is not the app's. */
import { defineFunction, on } from "@ward/sdk";
import manifest from "../../../../package.json" with { type: "json" };

export default defineFunction({
  trigger: on.http("POST", "carry-file", { roles: ["public"] }),
  purpose: "TREAT",
  handle: () => ({ body: manifest }),
});
