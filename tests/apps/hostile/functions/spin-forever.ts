/** Never ends. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "spin-forever", { roles: ["public"] }),
  purpose: "TREAT",
  limits: { timeoutMs: 300, concurrency: 1 },

  handle() {
    for (;;);
  },
});
