/**
 * `npm run conformance -- check-privilege [--write] [words]`: runs the examples of least privilege and shows where what is
 * found is not what they expect. `--write` puts what is found in the place of what was expected, to be read and judged.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createTwoFilesPatch } from "diff";
import { examplesIn, runExample } from "./examples.ts";

const HOME = new URL("../../../../../../conformance/check/privilege/", import.meta.url);
const args = process.argv.slice(2);
const writes = args.includes("--write");
const words = args.filter((arg) => !arg.startsWith("--")).join(" ");
let [count, wrong] = [0, 0];
const started = performance.now();

for (const name of readdirSync(HOME).filter((file) => file.endsWith(".md") && file !== "README.md")) {
  let text = readFileSync(new URL(name, HOME), "utf8");
  for (const example of examplesIn(text).filter(({ title }) => title.includes(words))) {
    const { found, fixed } = await runExample(example);
    count++;
    const differs = [
      ["expected", example.expected, found] as const,
      ...Object.entries(example.fixed).map(([file, body]) => [file, body, fixed[file] ?? ""] as const),
    ].filter(([, one, other]) => one !== other);
    if (differs.length > 0) wrong++;
    for (const [what, expected, now] of differs) {
      console.log(`${name}: ${example.title}: ${what}`);
      console.log(
        createTwoFilesPatch("expected", "found", expected, now, undefined, undefined, { context: 2 })
          .split("\n")
          .slice(3)
          .join("\n"),
      );
      if (writes) text = replaced(text, example.title, what, now);
    }
  }
  if (writes) writeFileSync(new URL(name, HOME), text);
}
console.log(`${count} examples, ${wrong} otherwise than expected, ${(performance.now() - started).toFixed(0)} ms`);
process.exitCode = wrong > 0 && !writes ? 1 : 0;

function replaced(text: string, title: string, what: string, body: string): string {
  const at = text.indexOf(`## ${title}\n`);
  const label = what === "expected" ? "expected" : `fixed ${what}`;
  const start = text.indexOf(` ${label}\n`, at) + label.length + 2;
  return text.slice(0, start) + body + text.slice(text.indexOf("```", start));
}
