/** Keeps the door of its first invocation, and comes back with it after the end: later, and by timers left behind. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";
import { stealDoor, type StolenDoor } from "../stolen-door.ts";

interface Workers {
  readonly waitUntil: (work: Promise<unknown>) => void;
}

let kept: StolenDoor | undefined;
const late: string[] = [];

export default defineFunction({
  trigger: on.http("POST", "outlive-invocation", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { patient: { type: "string" } },
      required: ["patient"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",
  grants: { fhir: ["Patient.read"], egress: [{ host: "localhost:8090", baa: "none", carries: "none" }] },

  async handle({ body: { patient } }, ctx) {
    const read = { method: "GET", path: `Patient/${patient}` };
    const { waitUntil } = await load<Workers>("cloudflare", "workers");
    if (kept === undefined) {
      const door = await stealDoor(ctx);
      kept = door;
      const comeBack = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const { status } = await door.call("fhir", read);
        const sink = await ctx.egress.fetch("http://localhost:8090/messages").catch(() => undefined);
        late.push(`${status} ${sink?.status ?? "refused"}`);
      };
      setTimeout(() => void comeBack(), 100);
      waitUntil(comeBack());
      return { body: { first: true } };
    }
    // What was left behind has ended when it tells; on a busy machine that takes a while.
    for (let waited = 0; late.length === 0 && waited < 5_000; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { invocation } = kept;
    const own = await stealDoor(ctx);
    const outcomes = await attempt({
      "the first invocation's id": () => own.call("fhir", read, { "ward-invocation": invocation }),
    });
    return { body: { ...outcomes, late } };
  },
});
