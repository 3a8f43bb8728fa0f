/** Looks for another function's sockets: whoever held one would be that function. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";

interface Sockets {
  readonly connect: (to: string | { readonly hostname: string; readonly port: number }) => {
    readonly opened: Promise<unknown>;
  };
}
interface Net {
  connect(to: { readonly path: string }, done: () => void): { on(event: "error", failed: () => void): void };
}
interface Files {
  readdirSync(path: string): readonly string[];
}

export default defineFunction({
  trigger: on.http("POST", "open-another-functions-socket", {
    roles: ["public"],
    body: { type: "object", properties: { path: { type: "string" } }, required: ["path"], additionalProperties: false },
  }),
  purpose: "TREAT",

  async handle({ body: { path } }) {
    const sockets = await load<Sockets>("cloudflare", "sockets");
    const net = await load<Net>("node", "net");
    const outcomes = await attempt({
      "a unix: URL": () => fetch(`unix:${path}`),
      "an http+unix: URL": () => fetch(`http+unix://${encodeURIComponent(path)}/door/fhir`),
      "a socket by its path": () => sockets.connect(`unix:${path}`).opened,
      "a socket by its path as a host's name": () => sockets.connect({ hostname: path, port: 1 }).opened,
      "node:net by its path": () =>
        new Promise<string>((resolve, reject) => net.connect({ path }, () => resolve("open")).on("error", reject)),
      "its folder": async () => (await load<Files>("node", "fs")).readdirSync(path.replace(/\/[^/]*$/, "")),
      "the door as a host": () => fetch("http://ward/door/fhir", { method: "POST", body: "{}" }),
      "the other function as a host": () => fetch("http://still-here/invoke", { method: "POST", body: "{}" }),
    });
    return { body: outcomes };
  },
});
