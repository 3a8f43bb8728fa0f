/** A report goes to CI logs: what stands in the code as a value must not stand in it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { runCase } from "./testing/run-case.ts";

const CANARY = "Xenia Q. Canary, 987-65-4321";

it("no literal of the code is shown in a finding or its steps", async () => {
  const template = `
Resources:
  Records: { Type: AWS::DynamoDB::Table, Properties: { KeySchema: [{ AttributeName: id, KeyType: HASH }], Tags: [{ Key: data-class, Value: phi }] } }
  Fn: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x, Handler: fn.handler, Code: ., Role: "arn:aws:iam::1:role/r", Environment: { Variables: { T: !Ref Records } } } }`;
  const code = `
import { Client } from "pg";
import pino from "pino";
const log = pino({ redact: ["${CANARY}"] });
const db = new Client("${CANARY}");
export const handler = async (event) => {
  const note = { "${CANARY}": event["${CANARY}"], text: \`${CANARY}: \${event.text} \` };
  console.log(note, "${CANARY}", event["${CANARY}"], event.text + "${CANARY}");
  log.info(note["${CANARY}"], JSON.stringify(note, ["${CANARY}", "text"]));
  const { rows } = await db.query("select '${CANARY}' from patients", ["${CANARY}"]);
  await fetch("https://api.example.com/${encodeURIComponent(CANARY)}?q=" + rows["${CANARY}"], { headers: { "${CANARY}": rows[0] } });
  throw new Error("${CANARY}" + event.text);
};`;
  const { findings } = await runCase(
    new Map([
      ["template.yaml", template],
      ["fn.mjs", code],
    ]),
  );
  assert.ok(findings.filter(({ kind }) => kind === "fail").length >= 5);
  const shown = JSON.stringify(findings.map(({ because, steps, mend }) => ({ because, steps, mend })));
  for (const part of ["Xenia", "Canary", "987", "4321"]) assert.ok(!shown.includes(part), `${part} is shown: ${shown}`);
});
