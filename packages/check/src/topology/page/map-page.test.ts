import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { topologyOf } from "../testing/topology-of.ts";
import { drawPage } from "./map-page.ts";

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'`;

describe("the map as a page", () => {
  it("lets nothing run or load but its own script and styles, each by its hash", async () => {
    const { topology } = await topologyOf(JSON.stringify({ Resources: { [HOSTILE]: { Type: "AWS::SQS::Queue" } } }), {
      file: "a.json",
    });
    const page = drawPage(topology);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[\w+/=]+' 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$/,
    );
    const allowed = [...policy.matchAll(/'sha256-([\w+/=]+)'/g)].map(([, hash = ""]) => hash);
    const contents = [...page.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)].map(([, , content = ""]) =>
      createHash("sha256").update(content).digest("base64"),
    );
    assert.deepEqual(contents.toSorted(), allowed.toSorted());
    assert.equal([...page.matchAll(/<script/g)].length, 2, "the data and the script, and none of a name");
    // Attributes that load, run or style; the SVG's namespace is a name and no address.
    assert.doesNotMatch(
      page.replaceAll('xmlns="http://www.w3.org/2000/svg"', ""),
      /\s(src|href|on\w+|style)=(?!"#)["'][^"']*["'](?=[^<]*>)|https?:\/\/(?![\w.-]+\.example)/,
    );
  });

  it("has a row for every resource, with its verdict in words", async () => {
    const { topology } = await topologyOf(
      "Resources:\n  Inbox: { Type: AWS::SQS::Queue }\n  Lost: { Type: AWS::SQS::Queue }\n",
    );
    const page = drawPage(topology);
    assert.equal([...page.matchAll(/<tr data-node=/g)].length, topology.inventory.length);
    assert.match(page, /<span class="hidden">fails: \d+ high/);
  });
});
