/** Names hosts by number, in every spelling that a URL allows. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";

export default defineFunction({
  trigger: on.http("POST", "fetch-address-literal", { roles: ["public"] }),
  purpose: "TREAT",
  grants: { egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle() {
    const hosts = [
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "127.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "0.0.0.0",
    ];
    // The sink listens there: only the spelling stands between.
    const tries = hosts.map((host) => [host, () => fetch(`http://${host}:8090/messages`)] as const);
    return { body: await attempt(Object.fromEntries(tries)) };
  },
});
