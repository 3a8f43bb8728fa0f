/** 45 CFR 164.308(a)(7): work that is expected is done. */
import type { Resource } from "../../graph/resource.ts";
import { fail } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionFileIsLoaded: Rule = {
  id: "function-file-is-loaded",
  title: "The function lies where a node loads it",
  why: "A node loads functions/*.ts and nothing else. A function in another kind of file never runs, and nobody is told.",
  remedy: "Give the file the extension .ts.",
  snippet: `
functions/lab-result.ts`,
  severity: "medium",
  topics: ["hygiene"],
  types: ["Ward::StrayFile"],
  judge(file: Resource) {
    return fail(`${file.at("file").text() ?? "the file"} is never loaded`, file.spot);
  },
  samples: {
    good: [{ ward: { "functions/a.ts": `{ trigger: on.event("a.b"), purpose: "TREAT",  }` } }],
    bad: [
      { ward: { "functions/b.js": `import { defineFunction } from "@ward/sdk"; export default defineFunction({});` } },
      { ward: { "functions/b.mts": `import { defineFunction } from "@ward/sdk"; export default defineFunction({});` } },
    ],
  },
};
