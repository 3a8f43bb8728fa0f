import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SaxesParser } from "saxes";
import { drawMermaid } from "../mermaid-map.ts";
import { drawPage } from "../page/map-page.ts";
import { topologyOf } from "../testing/topology-of.ts";
import { drawMap } from "./svg-map.ts";

/** Names that end a tag, an attribute, a comment, a label or a line, that turn text round, and that are long or wide. */
const HOSTILE = [
  `</title><script>alert(1)</script>`,
  `"'&]]>--><!--`,
  "\\u202egnp.exe\\u0000\\u0007\\ud800",
  "`]|end; click n0 call alert()#quot;",
  "患者記録データベース".repeat(20),
  "قاعدة بيانات المرضى",
  "A".repeat(5000),
  "👩‍⚕️".repeat(40),
];
const NAMES = JSON.stringify(Object.fromEntries(HOSTILE.map((name) => [name, 0])));
const TEMPLATE = `{"Resources":{${HOSTILE.map((name, index) => `"${name.replaceAll('"', String.raw`\"`)}":{"Type":"AWS::${index % 2 === 0 ? "SQS::Queue" : "S3::Bucket"}"}`).join(",")}}}`;

function parsed(
  svg: string,
): readonly { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] {
  const tags: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => void tags.push({ name, attributes }));
  parser.write(svg).close();
  return tags;
}

describe("the map as SVG", () => {
  it("is well-formed and has no script, handler or address, whatever resources are called", async () => {
    assert.ok(NAMES.length > 0);
    const { topology } = await topologyOf(TEMPLATE, { file: `<&"'>.json` });
    assert.equal(topology.inventory.filter(({ type }) => type.startsWith("AWS::")).length, HOSTILE.length);
    const tags = parsed(drawMap(topology));
    assert.equal(tags.filter(({ attributes }) => attributes["class"]?.includes("w-card")).length, HOSTILE.length);
    assert.deepEqual(
      [...new Set(tags.map(({ name }) => name))].toSorted(),
      ["clipPath", "defs", "desc", "g", "path", "rect", "style", "svg", "text", "title", "tspan"]
        .concat("marker")
        .toSorted(),
    );
    for (const { attributes } of tags) {
      for (const [key, value] of Object.entries(attributes)) {
        assert.ok(!/^on|href|^style$/i.test(key), key);
        assert.ok(!/url\((?!#)/.test(value), value);
      }
    }
  });

  it("names every box and line for those who do not see them", async () => {
    const { topology } = await topologyOf(`Resources:
  Save: { Type: AWS::Lambda::Function }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !GetAtt Save.Arn, AuthType: NONE } }
`);
    const svg = drawMap(topology);
    const tags = parsed(svg);
    const labels = tags.flatMap(({ attributes }) => attributes["aria-label"] ?? []);
    assert.ok(
      labels.some((label) => /^Url, Function URL, open to anyone, fails: \d/.test(label)),
      labels.join("\n"),
    );
    assert.equal(tags[0]?.attributes["aria-labelledby"], "w-title w-desc");
    assert.match(svg, /<title>Anyone → Url: without sign-in<\/title>/);
    assert.match(svg, />OPEN</);
  });

  it("is the same bytes for the same topology", async () => {
    const [one, other] = [await topologyOf(TEMPLATE), await topologyOf(TEMPLATE)];
    for (const draw of [drawMap, drawPage, drawMermaid]) assert.equal(draw(one.topology), draw(other.topology));
  });

  it("draws an input without a box of its own", async () => {
    const { topology } = await topologyOf("Resources: {}\nParameters: { A: { Type: String } }\n");
    assert.ok(parsed(drawMap({ ...topology, nodes: [], edges: [], inventory: [] })).length > 0);
  });
});
