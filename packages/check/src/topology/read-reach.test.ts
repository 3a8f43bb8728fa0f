import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { check } from "../check.ts";
import { makeTopology } from "./make-topology.ts";
import { readReach } from "./read-reach.ts";
import { inputOf, Mapped } from "./testing/topology-of.ts";

const cwd = mkdtempSync(join(tmpdir(), "ward-reach-"));
after(() => rmSync(cwd, { recursive: true }));

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Resources:
  Save:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: save.handler, CodeUri: ., Environment: { Variables: { TABLE: !Ref Records } }, Policies: [{ DynamoDBWritePolicy: { TableName: !Ref Records } }] }
  Elsewhere:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: missing.handler, CodeUri: . }
  Records: { Type: AWS::DynamoDB::Table }
`;
const CODE = `import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
const client = new DynamoDBClient({});
export async function handler(event) {
  await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: event.item }));
  await fetch("https://api.partner.example/v1/results", { method: "POST", body: event.body });
  await fetch(event.url);
}
`;

describe("what code reaches", () => {
  it("is on the map: hosts that it calls, what it does with stores; code that is not there says nothing", async () => {
    writeFileSync(join(cwd, "template.yaml"), TEMPLATE);
    writeFileSync(join(cwd, "save.mjs"), CODE);
    const result = await check({ targets: ["."], cwd });
    const reach = await readReach(result.files ?? new Map());
    assert.ok(reach);
    const input = { ...inputOf(result), reach };
    const mapped = new Mapped(makeTopology(input), input);
    assert.deepEqual(mapped.arrows(), [
      "Save -call-> Records [writes|its code: PutItem]",
      "Save -egress-> api.partner.example [its code sends]",
    ]);
    const [unit] = input.units;
    assert.ok(unit && reach.reachOf(unit.unit, "Elsewhere") === undefined);
  });
});
