/** Acts before it is a function: at its top level, and while its definition is read. Its route tells what it reached. */
import { defineFunction, on } from "@ward/sdk";
import { sendWhenRead, whatEvaluationReached } from "../evaluation.ts";

const reached = await whatEvaluationReached();

export default await sendWhenRead(
  defineFunction({
    trigger: on.http("POST", `evaluate-top-level/${reached}`, { roles: ["public"] }),
    purpose: "TREAT",
    grants: { emits: ["hostile.told"] },

    async handle(_request, ctx) {
      await ctx.emit("hostile.told");
      return { body: { reached } };
    },
  }),
);
