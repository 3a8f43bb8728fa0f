/** Is granted the SMS sink, and asks for everything around it. */
import { defineFunction, on } from "@ward/sdk";
import { attempt } from "../attempts.ts";

export default defineFunction({
  trigger: on.http("POST", "fetch-ungranted-host", { roles: ["public"] }),
  purpose: "TREAT",
  grants: { egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle(_request, ctx) {
    const outcomes = await attempt({
      "another host": () => fetch("https://evil.example/"),
      "another host through ctx": () => ctx.egress.fetch("https://evil.example/"),
      "a host that begins like the granted one": () => fetch("http://localhost:8090.evil.example/"),
      "the granted host as a user's name": () => fetch("http://localhost:8090@evil.example/"),
      "another port of the granted host": () => fetch("http://localhost:8091/"),
      "another host by its own Host header": () =>
        fetch("https://evil.example/", { headers: { host: "localhost:8090" } }),
    });
    return { body: outcomes };
  },
});
