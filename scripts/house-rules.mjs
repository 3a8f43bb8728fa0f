/** House rules that no linter knows (STYLE in docs/decisions/0001). Each finding says what to do instead. */
import { globSync, readFileSync } from "node:fs";

const findings = [];
const sources = globSync(["{packages,apps,examples,bench,tests,scripts}/**/*.{ts,mjs}"], {
  exclude: (path) => /node_modules|generated|\.ward/.test(String(path)),
}).map((path) => path.replaceAll("\\", "/"));

for (const path of sources) {
  const text = readFileSync(path, "utf8");
  const name = path.split("/").at(-1);
  if (/(^|[-.])(utils?|common|helpers?|misc|manager|service)([-.]|$)/.test(name)) {
    findings.push(`${path}: name the file for what it holds; utils, helpers, service and the like say nothing.`);
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|mjs)$/.test(name)) findings.push(`${path}: file names are kebab-case.`);
  if (path.endsWith("/index.ts") && /^\s*(const|function|class|let)\s/m.test(text)) {
    findings.push(`${path}: index.ts only re-exports, by name.`);
  }
  if (!path.includes(".test.") && !path.endsWith("/index.ts") && !/^(#!.*\n)?\s*\/\*\*/.test(text)) {
    findings.push(`${path}: begin with a doc comment that says what this is and which invariant it keeps.`);
  }
  for (const [index, line] of text.split("\n").entries()) {
    if (/\b(it|test|describe)\.(only|todo)\b/.test(line))
      findings.push(`${path}:${index + 1}: remove .only and .todo.`);
    if (/oxlint-disable|@ts-ignore|@ts-nocheck/.test(line) && !/--|—/.test(line)) {
      findings.push(`${path}:${index + 1}: an exemption gives its reason on its line, after --.`);
    }
  }
}

console.log(findings.join("\n"));
process.exit(findings.length === 0 ? 0 : 1);
