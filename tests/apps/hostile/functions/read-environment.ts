/** Looks wherever secrets so often lie. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";

interface Children {
  execSync(command: string): unknown;
}

export default defineFunction({
  trigger: on.http("POST", "read-environment", { roles: ["public"] }),
  purpose: "TREAT",

  async handle() {
    const { env } = await load<{ readonly env: object }>("cloudflare", "workers");
    const { argv, env: environment, execArgv } = process;
    const outcomes = await attempt({
      "another program's": async () => (await load<Children>("node", "child_process")).execSync("env"),
    });
    return { body: { environment: { ...environment }, bindings: Object.keys(env), argv, execArgv, ...outcomes } };
  },
});
