import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawMermaid } from "./mermaid-map.ts";
import { topologyOf } from "./testing/topology-of.ts";

/** Every line that the grammar knows of what is written here. */
const LINE =
  /^(flowchart LR|  subgraph [a-z]+_lane\["[A-Za-z ]+"\]|  end|    n\d+\S{1,2}"[^"`<>{}|[\]]*<br\/>[^"`<>{}|[\]]*"\S{1,2}|  n\d+ (==>|-->|-\.->)(\|"[^"`<>{}|[\]]*"\|)? n\d+|  classDef [a-z]+ [\w:#,. -]+|  class n\d+(,n\d+)* [a-z]+|  left\["[\w :]+"\])$/;

describe("the map for Mermaid", () => {
  it("has boundaries, shapes, marks and arrows, and each line is one that it knows", async () => {
    const { topology } = await topologyOf(`Resources:
  Save: { Type: AWS::Lambda::Function }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !GetAtt Save.Arn, AuthType: NONE } }
  Records: { Type: AWS::S3::Bucket, Properties: { Tags: [{ Key: data-class, Value: phi }], NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:*", Function: !GetAtt Save.Arn }] } } }
`);
    const lines = drawMermaid(topology).split("\n");
    for (const line of lines) assert.match(line, LINE);
    assert.ok(lines.includes('  subgraph edge_lane["Edge"]'));
    assert.ok(lines.some((line) => /n\d+\[\("Records<br\/>Bucket · PHI · \d+ failing"\)\]/.test(line)));
    assert.ok(lines.some((line) => line.includes(" ==>")));
    assert.ok(lines.some((line) => /class n\d+ open/.test(line)));
  });

  it("lets no name end its label or begin markup", async () => {
    const hostile = '"] end `x` <img src=x onerror=alert(1)> #quot; %%{init: {}}%% |a|';
    const { topology } = await topologyOf(JSON.stringify({ Resources: { [hostile]: { Type: "AWS::SQS::Queue" } } }), {
      file: "a.json",
    });
    const drawn = drawMermaid(topology);
    for (const line of drawn.split("\n")) assert.match(line, LINE);
    assert.ok(!drawn.includes("<img") && drawn.includes("#60;img"));
  });

  it("stays below what code hosts draw, and says what it leaves out", async () => {
    const names = Array.from({ length: 700 }, (_, index) => index);
    const resources = Object.fromEntries(
      names.flatMap((index) => [
        [`Work${index}`, { Type: "AWS::Lambda::Function" }],
        [
          `Url${index}`,
          { Type: "AWS::Lambda::Url", Properties: { TargetFunctionArn: { "Fn::GetAtt": [`Work${index}`, "Arn"] } } },
        ],
      ]),
    );
    const { topology } = await topologyOf(JSON.stringify({ Resources: resources }), { file: "a.json" });
    const drawn = drawMermaid(topology);
    assert.ok(drawn.split("\n").filter((line) => line.includes("-->") || line.includes("-.->")).length < 500);
    assert.ok(drawn.length < 50_000, String(drawn.length));
    assert.match(drawn, /\d+ boxes and \d+ connections are left out/);
  });
});
