import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SourceText, positionOf } from "../source/source-text.ts";
import { readSnapshot } from "./read-snapshot.ts";

const QUEUE = { Attributes: { QueueArn: "arn:aws:sqs:eu-central-1:111122223333:results", VisibilityTimeout: "30" } };

function read(...texts: readonly string[]) {
  return readSnapshot(texts.map((text, index) => new SourceText(`live${index}.json`, text)));
}

describe("a snapshot", () => {
  it("is one answer, several after each other, a list of them, or several files", () => {
    const other = JSON.stringify(QUEUE).replaceAll("results", "other");
    for (const texts of [
      [`${JSON.stringify(QUEUE)}\n${other}`],
      [`[${JSON.stringify(QUEUE)}, [${other}]]`],
      [JSON.stringify(QUEUE), other],
    ]) {
      const { resources, problems } = read(...texts);
      assert.deepEqual(
        resources.map(({ type, name }) => `${type} ${name}`),
        ["AWS::SQS::Queue results", "AWS::SQS::Queue other"],
      );
      assert.deepEqual(problems, []);
    }
  });

  it("keeps each value's own line, also of what follows in the same file", () => {
    const { resources } = read(
      `{"Attributes": {"QueueArn": "arn:aws:sqs:x:1:a"}}\n\n${JSON.stringify(QUEUE, undefined, 1)}`,
    );
    const value = resources[1]?.properties.entries.get("VisibilityTimeout");
    assert.ok(value);
    assert.equal(positionOf(value.spot).line, 6);
  });

  it("names the place of what it can't read, of a stranger, and of an answer that does not say what it is of", () => {
    const { resources, problems } = read(
      `${JSON.stringify(QUEUE)}\n{"Instances": []}\n{"LoggingEnabled": {"TargetBucket": "b"}}\n{"Cut": `,
    );
    assert.equal(resources.length, 1);
    assert.deepEqual(
      problems
        .map(({ spot, message }) => [positionOf(spot).line, message.slice(0, 36)])
        .toSorted(([one], [other]) => Number(one) - Number(other)),
      [
        [2, "none of the answers that are read (i"],
        [3, "it does not say which AWS::S3::Bucke"],
        [4, "a JSON value was expected"],
      ],
    );
  });

  it("takes the latest of a resource's history", () => {
    const item = (captured: string, mode: string) => ({
      resourceType: "AWS::Lambda::Function",
      resourceId: "save",
      configurationItemCaptureTime: captured,
      configuration: { functionName: "save", functionArn: "arn:aws:lambda:x:1:function:save", tracingConfig: { mode } },
    });
    for (const items of [
      [item("2026-02-01T00:00:00Z", "Active"), item("2026-01-01T00:00:00Z", "PassThrough")],
      [item("2026-01-01T00:00:00Z", "PassThrough"), item("2026-02-01T00:00:00Z", "Active")],
    ]) {
      const { resources } = read(JSON.stringify({ configurationItems: items }));
      const [save] = resources;
      const tracing = save?.properties.entries.get("TracingConfig");
      assert.equal(resources.length, 1);
      assert.ok(tracing?.kind === "map");
      const mode = tracing.entries.get("Mode");
      assert.ok(mode?.kind === "scalar" && mode.value === "Active");
    }
  });

  it("puts together what several answers say of one resource", () => {
    const { resources } = read(
      JSON.stringify([
        { Bucket: "scans", Status: "Enabled" },
        { Buckets: [{ Name: "scans" }] },
        { Bucket: "scans", PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      ]),
    );
    assert.equal(resources.length, 1);
    assert.deepEqual([...(resources[0]?.properties.entries.keys() ?? [])].toSorted(), [
      "PublicAccessBlockConfiguration",
      "VersioningConfiguration",
    ]);
  });

  it("of an account that is too large for one document is read item by item, and lists its types", () => {
    const items = Array.from({ length: 30_000 }, (_, index) => ({
      resourceType: "AWS::SQS::Queue",
      resourceId: `q${index}`,
      configuration: {
        QueueArn: `arn:aws:sqs:x:1:q${index}`,
        a: [1, 2, 3, 4],
        b: { c: 1, d: 2, e: 3 },
        VisibilityTimeout: 30,
      },
    }));
    const { resources, listed, problems } = read(JSON.stringify({ configSnapshotId: "x", configurationItems: items }));
    assert.deepEqual([resources.length, [...listed], problems], [30_000, ["AWS::SQS::Queue"], []]);
  });
});
