/** Takes 2 GB of the machine's memory, in pieces that it writes to. */
import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.http("POST", "allocate-2gb", { roles: ["public"] }),
  purpose: "TREAT",
  limits: { timeoutMs: 20_000, memoryMb: 64, concurrency: 1 },

  handle() {
    const held: Uint8Array[] = [];
    for (let megabytes = 0; megabytes < 2_048; megabytes += 1) held.push(new Uint8Array(1 << 20).fill(1));
    return { body: held.length };
  },
});
