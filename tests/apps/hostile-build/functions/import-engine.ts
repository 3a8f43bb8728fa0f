/** Imports what an isolate does not have by its plain name. */
import { readFileSync } from "node:fs";
import { defineFunction, on } from "@ward/sdk";

const passwords = readFileSync("/etc/passwd", "utf8");

export default defineFunction({
  trigger: on.http("POST", "import-engine", { roles: ["public"] }),
  purpose: "TREAT",
  handle: () => ({ body: passwords }),
});
