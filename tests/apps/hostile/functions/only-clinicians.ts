/** Answers clinicians and nobody else. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "only-clinicians", { roles: ["clinician"] }),
  purpose: "TREAT",
  handle: () => ({ body: { secret: "for clinicians" } }),
});
