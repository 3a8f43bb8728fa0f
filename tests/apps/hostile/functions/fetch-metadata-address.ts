/** Asks the cloud's metadata service for the machine's credentials. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";

interface Sockets {
  readonly connect: (to: { readonly hostname: string; readonly port: number }) => { readonly opened: Promise<unknown> };
}

export default defineFunction({
  trigger: on.http("POST", "fetch-metadata-address", { roles: ["public"] }),
  purpose: "TREAT",

  async handle() {
    const outcomes = await attempt({
      "by address": () => fetch("http://169.254.169.254/latest/meta-data/iam/security-credentials/"),
      "with a token": () => fetch("http://169.254.169.254/latest/api/token", { method: "PUT" }),
      "as an IPv6 address": () => fetch("http://[fd00:ec2::254]/latest/meta-data/"),
      "as a number": () => fetch("http://2852039166/"),
      "by name": () => fetch("http://metadata.google.internal/", { headers: { "metadata-flavor": "Google" } }),
      "by socket": async () => {
        const { connect } = await load<Sockets>("cloudflare", "sockets");
        return await connect({ hostname: "169.254.169.254", port: 80 }).opened;
      },
    });
    return { body: outcomes };
  },
});
