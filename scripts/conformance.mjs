/** `npm run conformance -- <area> …`: runs the area's own judge over inputs that others wrote. */
import { spawnSync } from "node:child_process";

const JUDGES = {
  check: "packages/check/scripts/conformance.ts",
  "check-privilege": "packages/check/src/analyses/privilege/examples.test.ts",
  fhir: "packages/fhir/scripts/conformance.ts",
};
const [area, ...rest] = process.argv.slice(2);
const judge = JUDGES[area];
if (!judge) {
  console.error(`usage: npm run conformance -- <${Object.keys(JUDGES).join(" | ")}> …`);
  process.exit(2);
}
// FHIR's judge takes the area's name too.
const args = area === "fhir" ? [area, ...rest] : rest;
process.exit(spawnSync(process.execPath, [judge, ...args], { stdio: "inherit" }).status ?? 1);
