import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { readUnit, type Unit } from "../readers/read-unit.ts";
import { SourceText } from "../source/source-text.ts";
import { checkSnapshot } from "./check-drift.ts";
import { checkPlan } from "./check-plan.ts";
import { readSnapshot } from "./read-snapshot.ts";

const HOME = new URL("../../../../conformance/check/drift/", import.meta.url);
const cases = readdirSync(HOME).flatMap(
  (file) =>
    parse(readFileSync(new URL(file, HOME), "utf8")) as readonly {
      template?: string;
      live?: unknown;
      plan?: unknown;
    }[],
);
const lives = cases.flatMap(({ live }) => (live === undefined ? [] : [JSON.stringify(live)]));
const plans = cases.flatMap(({ plan }) => (plan === undefined ? [] : [JSON.stringify(plan)]));
const options = { parameters: {}, files: { read: () => undefined, list: () => [] } };

const units = (
  await Promise.all(cases.map(({ template }, index) => readUnit(`t${index}.yaml`, template ?? "", options)))
).filter((unit): unit is Unit => unit !== undefined);

const HOSTILE = [
  "__proto__",
  "constructor",
  "\u0000",
  "a".repeat(5000),
  "${",
  "%7B",
  "arn:",
  "../../etc/passwd",
  "\u202e",
  "*",
];

describe("a snapshot of anything", () => {
  it("ends with findings or problems where it is cut or overwritten anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lives), fc.nat(), fc.constantFrom("", ...HOSTILE), async (text, at, put) => {
        const place = at % (text.length + 1);
        for (const damaged of [text.slice(0, place), text.slice(0, place) + put + text.slice(place)]) {
          const { units: judged } = await checkSnapshot(units.slice(0, 12), [new SourceText("live.json", damaged)]);
          const broken = judged.flatMap(({ findings }) => findings).filter(({ kind }) => kind === "error");
          assert.deepEqual(
            broken.map(({ because }) => because),
            [],
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it("takes any JSON in the place of any value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lives), fc.nat(), fc.json({ maxDepth: 3 }), async (text, which, put) => {
        const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|\d+|true|false|null)/g)];
        const value = values[which % Math.max(1, values.length)];
        const swapped = value
          ? `${text.slice(0, value.index + 1)}${put}${text.slice(value.index + value[0].length)}`
          : put;
        const { units: judged } = await checkSnapshot(units.slice(0, 12), [new SourceText("live.json", swapped)]);
        assert.deepEqual(
          judged.flatMap(({ findings }) => findings).filter(({ kind }) => kind === "error"),
          [],
        );
      }),
      { numRuns: 150 },
    );
  });

  it("is never printed where a value may be a secret or a patient's", async () => {
    const template = `Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: f, Environment: { Variables: { A: one } } }
  Q: { Type: AWS::SNS::Topic, Properties: { TopicName: q, DisplayName: one } }
`;
    const unit = await readUnit("t.yaml", template, options);
    assert.ok(unit);
    const secret = fc.stringMatching(/^[A-Za-z0-9 @.-]{6,30}$/).map((text) => `${text}#7f`);
    await fc.assert(
      fc.asyncProperty(secret, async (value) => {
        const live = [
          {
            FunctionName: "f",
            FunctionArn: "arn:aws:lambda:x:1:function:f",
            Environment: { Variables: { A: value, B: value } },
          },
          { Attributes: { TopicArn: "arn:aws:sns:x:1:q", Owner: "1", DisplayName: value, KmsMasterKeyId: value } },
        ];
        const { units: judged } = await checkSnapshot([unit], [new SourceText("live.json", JSON.stringify(live))]);
        const found = judged.flatMap(({ findings }) => findings);
        assert.ok(found.filter(({ kind }) => kind === "fail").length >= 3);
        const drift = found.filter(({ rule }) => rule.id === "deployed-resource-matches-its-template");
        for (const { because } of drift) assert.ok(!because.includes(value), because);
      }),
      { numRuns: 60 },
    );
  });

  it("of a hundred thousand parts is read in bounded time, and one nested too deeply is a problem", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      Attributes: { QueueArn: `arn:aws:sqs:eu-central-1:111122223333:q${index}`, VisibilityTimeout: "30" },
    }));
    const statement = (index: number) => ({ Effect: "Allow", Action: `s3:A${index}*`, Resource: "*", Principal: "*" });
    const policy = JSON.stringify({ Statement: Array.from({ length: 2000 }, (_, index) => statement(index)) });
    const groups = {
      SecurityGroups: [
        {
          GroupId: "sg-1",
          GroupName: "api",
          IpPermissions: [
            { IpProtocol: "tcp", IpRanges: Array.from({ length: 5000 }, (_, at) => ({ CidrIp: `10.0.${at}.0/24` })) },
          ],
        },
      ],
    };
    const text = JSON.stringify([many, { Bucket: "clinic-scans", Policy: policy }, groups]);
    const { units: judged } = await checkSnapshot(units, [new SourceText("live.json", text)]);
    assert.ok(judged.length > 0);
    const deep = readSnapshot([new SourceText("deep.json", "[".repeat(5000))]);
    assert.equal(deep.problems.length, 1);
  });
});

describe("a plan of anything", () => {
  it("ends with findings or none where it is cut or overwritten anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...plans), fc.nat(), fc.constantFrom("", ...HOSTILE), async (text, at, put) => {
        const place = at % (text.length + 1);
        for (const damaged of [text, text.slice(0, place), text.slice(0, place) + put + text.slice(place)]) {
          const unit = await readUnit("plan.json", damaged, options);
          if (unit?.format !== "terraform-plan") continue;
          const result = await checkPlan(unit, new SourceText("plan.json", damaged));
          const broken = result?.units.flatMap(({ findings }) => findings).filter(({ kind }) => kind === "error");
          assert.deepEqual(broken ?? [], []);
        }
      }),
      { numRuns: 100 },
    );
  });
});
