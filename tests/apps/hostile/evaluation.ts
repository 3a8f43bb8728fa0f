/**
 * What code can reach while the node only asks for its definition. A top level may await, so that everything is tried;
 * and since the engine forbids requests at the top level, one more is tried when the definition is read (`toJSON`).
 */
import { load } from "./attempts.ts";

interface Files {
  readFileSync(path: string): Uint8Array;
}

/** `nothing`, or the names of what was reached. */
export async function whatEvaluationReached(): Promise<string> {
  const reached: string[] = [];
  const tries: Readonly<Record<string, () => unknown>> = {
    network: () => fetch("http://localhost:8090/messages"),
    sockets: async () => {
      const { connect } = await load<{ readonly connect: (to: string) => { readonly opened: Promise<unknown> } }>(
        "cloudflare",
        "sockets",
      );
      return await connect("localhost:5432").opened;
    },
    files: async () => (await load<Files>("node", "fs")).readFileSync("/etc/passwd"),
    environment: () => {
      if (Object.keys(process.env).length === 0) throw new Error("empty");
    },
    bindings: async () => {
      const { env } = await load<{ env: object }>("cloudflare", "workers");
      if (Object.keys(env).length === 0) throw new Error("empty");
    },
  };
  for (const [name, work] of Object.entries(tries)) {
    try {
      await work();
      reached.push(name);
    } catch {
      // What the attack is about.
    }
  }
  return reached.length === 0 ? "nothing" : reached.join("-");
}

/** Makes reading the definition send a text message, and keeps the reading alive until it is sent. */
export async function sendWhenRead<Definition extends object>(definition: Definition): Promise<Definition> {
  const { waitUntil } = await load<{ readonly waitUntil: (work: Promise<unknown>) => void }>("cloudflare", "workers");
  const toJSON = () => {
    const sending = fetch("http://localhost:8090/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: "attacker", text: "sent by a definition" }),
    });
    waitUntil(sending.catch(() => undefined));
    return definition;
  };
  return Object.defineProperty({ ...definition }, "toJSON", { value: toJSON });
}
