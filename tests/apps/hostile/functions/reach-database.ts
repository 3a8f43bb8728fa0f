/** Speaks to PostgreSQL: by the usual port, and by the socket that it really listens on. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";

interface Sockets {
  readonly connect: (to: { readonly hostname: string; readonly port: number }) => { readonly opened: Promise<unknown> };
}
interface Net {
  connect(
    to: { readonly path: string } | { readonly host: string; readonly port: number },
    done: () => void,
  ): { on(event: "error", failed: () => void): void };
}

export default defineFunction({
  trigger: on.http("POST", "reach-database", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { socket: { type: "string" } },
      required: ["socket"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",

  async handle({ body: { socket } }) {
    const sockets = await load<Sockets>("cloudflare", "sockets");
    const net = await load<Net>("node", "net");
    const open = (to: Parameters<Net["connect"]>[0]) =>
      new Promise<string>((resolve, reject) => net.connect(to, () => resolve("open")).on("error", reject));
    const outcomes = await attempt({
      "fetch of its port": () => fetch("http://localhost:5432/"),
      "fetch of its port by address": () => fetch("http://127.0.0.1:5432/"),
      "a socket to its port": () => sockets.connect({ hostname: "localhost", port: 5432 }).opened,
      "node:net to its port": () => open({ host: "127.0.0.1", port: 5432 }),
      "node:net to its socket": () => open({ path: `${socket}/.s.PGSQL.5432` }),
    });
    return { body: outcomes };
  },
});
