/** The search over many functions: it finds long ways, ends on rings, and follows other formats than SAM. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runCase } from "./testing/run-case.ts";

const FORWARD = `
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({});
export const handler = async (event) => {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: event.Records[0].body }));
};`;
const LOG = "export const handler = async (event) => console.log(event.Records);";

/** Functions that hand on from one queue to the next, the last first, so that each round brings news to one only. */
function chain(length: number, isRing: boolean): ReadonlyMap<string, string> {
  const resources: Record<string, unknown> = {};
  for (let place = length; place >= 0; place--) {
    const isFirst = place === 0;
    resources[`Q${place}`] = {
      Type: "AWS::SQS::Queue",
      Properties: { KmsMasterKeyId: "alias/a", ...(isFirst ? { Tags: [{ Key: "data-class", Value: "phi" }] } : {}) },
    };
    const isLast = place === length;
    resources[`F${place}`] = {
      Type: "AWS::Serverless::Function",
      Properties: {
        Runtime: "nodejs22.x",
        CodeUri: ".",
        Handler: isLast && !isRing ? "log.handler" : "forward.handler",
        Environment: { Variables: { OUT: { Ref: `Q${isLast ? 0 : place + 1}` } } },
        Policies: [{ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }],
        Events: { In: { Type: "SQS", Properties: { Queue: { "Fn::GetAtt": [`Q${place}`, "Arn"] } } } },
      },
    };
  }
  const template = JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources: resources });
  return new Map([
    ["template.json", template],
    ["forward.mjs", FORWARD],
    ["log.mjs", LOG],
  ]);
}

describe("the search through a template's functions", () => {
  it("follows a way through thirty queues to its end, and shows both ends of it", async () => {
    const { findings } = await runCase(chain(30, false));
    const found = findings.filter(({ kind }) => kind === "fail");
    assert.deepEqual(
      found.map(({ rule, resource }) => `${rule.id} ${resource.name}`),
      ["phi-stays-out-of-logs F30"],
    );
    const way = found[0]?.steps?.map(({ text }) => text) ?? [];
    assert.match(way[0] ?? "", /Q0 is tagged/);
    assert.match(way.at(-1) ?? "", /log by console.log/);
  });

  it("ends where functions feed each other in a ring", async () => {
    const { findings } = await runCase(chain(6, true));
    assert.deepEqual(
      findings.filter(({ kind }) => kind !== "pass"),
      [],
    );
    assert.ok(
      findings.some(({ resource }) => resource.name === "F6"),
      "PHI reached the last of the ring",
    );
  });
});
