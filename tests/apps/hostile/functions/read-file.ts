/** Reads files of the node: the system's, its own process's, and the folder of keys and data by its real name. */
import { defineFunction, on } from "@ward/sdk";
import { attempt, load } from "../attempts.ts";

interface Files {
  readFileSync(path: string, encoding: "utf8"): string;
  readdirSync(path: string): readonly string[];
  writeFileSync(path: string, text: string): void;
}

export default defineFunction({
  trigger: on.http("POST", "read-file", {
    roles: ["public"],
    body: {
      type: "object",
      properties: { paths: { type: "array", items: { type: "string" } } },
      required: ["paths"],
      additionalProperties: false,
    },
  }),
  purpose: "TREAT",

  async handle({ body: { paths } }) {
    const files = await load<Files>("node", "fs");
    const tries = paths.flatMap((path) => [
      [`read ${path}`, () => files.readFileSync(path, "utf8")] as const,
      [`list ${path}`, () => files.readdirSync(path)] as const,
      [`climb to ${path}`, () => files.readFileSync(`/tmp/../../../..${path}`, "utf8")] as const,
      [`fetch ${path}`, () => fetch(`file://${path}`)] as const,
      [`import ${path}`, () => load(`file`, path)] as const,
    ]);
    const outcomes = await attempt(Object.fromEntries(tries));
    files.writeFileSync("/tmp/left-behind", "by an invocation");
    return { body: outcomes };
  },
});
