import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FRAMEWORK_IDS } from "../frameworks/catalog.ts";
import { runCheck, type RunOptions } from "../run-check.ts";
import type { Report } from "./report.ts";

const root = mkdtempSync(join(tmpdir(), "ward-reports-"));
after(() => rmSync(root, { recursive: true }));

/** Names that end a tag, an attribute, a string or a line, and one that moves a terminal's cursor. */
const HOSTILE = `<script>alert(1)</script>\\"'&]]>\\u001b[2J\\u202e`;
const TEMPLATE = `Parameters: { Key: { Type: String } }
Resources:
  "${HOSTILE}": { Type: AWS::SQS::Queue }
  Open: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }
  Waived:
    # ward:allow queue-is-encrypted reason="no <PHI> & none planned" owner=dana@clinic.example expires=2027-01-01
    Type: AWS::SQS::Queue
`;
mkdirSync(join(root, "a & b"));
writeFileSync(join(root, "a & b", "stack.yaml"), TEMPLATE);
writeFileSync(join(root, "broken.yaml"), "Resources: { A: [\n");

async function run(format: RunOptions["format"], given: Partial<RunOptions> = {}) {
  return await runCheck({
    targets: ["."],
    cwd: root,
    format,
    failOn: "medium",
    strict: false,
    frameworks: ["hipaa-security", "gdpr"],
    now: new Date("2026-03-02T12:00:00Z"),
    text: { paint: (_, text) => text, width: 80, verbose: false },
    ...given,
  });
}

function every(report: Report) {
  return report.units.flatMap(({ resources }) => resources.flatMap(({ findings }) => findings));
}

describe("the text report", () => {
  it("fits 80 columns but for what has no space to break at", async () => {
    for (const verbose of [false, true]) {
      const { output } = await run("text", { text: { paint: (_, text) => text, width: 80, verbose } });
      const wide = output.split("\n").filter((line) => line.length > 80 && line.trim().includes(" "));
      assert.deepEqual(
        wide.filter((line) => !line.includes("<script>")),
        [],
      );
    }
  });

  it("explains a rule once, says each failure, and leaves no escape sequence to a template's author", async () => {
    const { output, report } = await run("text");
    const failed = every(report).filter(({ kind, state }) => kind === "fail" && state === "open");
    assert.equal(output.match(/Does not hold: /g)?.length, failed.length);
    assert.equal(output.match(/Rule {2}queue-refuses-plain-http/g)?.length, 1);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe("the JSON report", () => {
  it("has the fields of ward.check/1, to which some may be added and of which none goes", async () => {
    const report = JSON.parse((await run("json")).output) as Report;
    assert.equal(report.schema, "ward.check/1");
    const [unit] = report.units;
    const [resource] = unit?.resources ?? [];
    const fields: readonly (readonly [object | undefined, string])[] = [
      [report, "schema at outcome summary units rules frameworks waivers problems"],
      [report.outcome, "failOn strict exitCode reasons"],
      [report.summary, "inputs resources rules pass fail unknown error waived known bySeverity"],
      [unit, "file format resources"],
      [resource, "id name type file line findings"],
      [resource?.findings[0], "rule kind severity state because file line column"],
      [report.rules[0], "id title severity why remedy snippet topics citations"],
      [report.rules[0]?.citations[0], "framework requirement bearing"],
      [report.frameworks[0], "id title source requirements"],
      [report.frameworks[0]?.requirements[0], "id title bearing state pass fail unknown waived beyond"],
      [report.waivers[0], "rule resource file reason owner expires source state failures"],
      [report.problems[0], "file line column message"],
    ];
    for (const [object, names] of fields) {
      const there = Object.keys(object ?? {});
      assert.deepEqual(
        names.split(" ").filter((name) => !there.includes(name)),
        [],
      );
    }
  });
});

describe("the HTML report", () => {
  it("is well-formed, runs nothing, and takes nothing from elsewhere", async () => {
    const { output } = await run("html");
    assertWellFormed(output, new Set(["meta", "!doctype"]));
    assert.doesNotMatch(output, /<(script|link|img|iframe|object)|\son\w+=|url\(|@import|(src|href)="(?!#)/);
    assert.match(output, /default-src 'none'/);
    assert.match(output, /prefers-color-scheme:dark/);
    const targets = [...output.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id ?? "");
    assert.ok(targets.length >= 2);
    for (const id of targets) assert.ok(output.includes(`id="${id}"`), id);
  });

  it("has text and its background in a contrast of at least 4.5 to 1 (WCAG 1.4.3), light and dark", async () => {
    const { output } = await run("html");
    const schemes = [...output.matchAll(/:root\{([^}]*)\}/g)].map(([, body = ""]) =>
      Object.fromEntries([...body.matchAll(/--(\w+):(#\w+)/g)].map(([, name = "", value = ""]) => [name, value])),
    );
    assert.equal(schemes.length, 2);
    for (const scheme of schemes) {
      for (const ink of ["ink", "quiet", "bad", "warn", "good"]) {
        const contrast = contrastOf(scheme[ink] ?? "", scheme["paper"] ?? "");
        assert.ok(contrast >= 4.5, `${ink} ${contrast}`);
      }
    }
  });
});

describe("the JUnit report", () => {
  it("is well-formed, and its counts are those of its cases", async () => {
    const { output, report } = await run("junit");
    assertWellFormed(output, new Set(["?xml"]));
    const suites = [...output.matchAll(/<testsuite name="[^"]*" tests="(\d+)"([^>]*)>([\s\S]*?)<\/testsuite>/g)];
    assert.ok(suites.length > 0);
    for (const [, tests, counts = "", cases = ""] of suites) {
      assert.equal(cases.match(/<testcase/g)?.length, Number(tests));
      for (const [kind, element] of [
        ["failures", "failure"],
        ["errors", "error"],
        ["skipped", "skipped"],
      ] as const) {
        const said = Number(new RegExp(`${kind}="(\\d+)"`).exec(counts)?.[1] ?? "0");
        assert.equal(cases.match(new RegExp(`<${element}[ >]`, "g"))?.length ?? 0, said, kind);
      }
    }
    assert.equal(output.match(/<failure/g)?.length, report.summary.fail);
  });
});

describe("the SARIF report", () => {
  it("keeps what SARIF 2.1.0 and code hosts ask for", async () => {
    const { output, report } = await run("sarif", { frameworks: FRAMEWORK_IDS });
    const log = JSON.parse(output) as Sarif;
    assert.equal(log.version, "2.1.0");
    const [{ tool, results, invocations }] = log.runs;
    const ids = tool.driver.rules.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const rule of tool.driver.rules) {
      assert.ok(rule.shortDescription.text && rule.help.text);
      assert.ok(rule.properties.tags.length <= 20, "hosts refuse more than 20 tags");
      assert.equal(new Set(rule.properties.tags).size, rule.properties.tags.length);
    }
    assert.equal(results.length, every(report).filter(({ kind }) => kind !== "pass").length);
    for (const result of results) {
      assert.equal(ids[result.ruleIndex], result.ruleId);
      // §3.27.10: a level other than none belongs to kind fail alone.
      assert.equal(result.level === "none", result.kind !== "fail");
      for (const { physicalLocation } of result.locations) {
        assert.match(physicalLocation.artifactLocation.uri, /^[^ &<>"\\]+$/);
        assert.ok(physicalLocation.region.startLine >= 1 && physicalLocation.region.startColumn >= 1);
      }
    }
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    assert.equal(new Set(prints).size, prints.length, "each alert is one of its own");
    const waived = results.filter(({ suppressions }) => suppressions);
    assert.deepEqual(
      waived.map(({ ruleId, suppressions }) => [ruleId, suppressions?.[0]?.status]),
      [["queue-is-encrypted", "accepted"]],
    );
    assert.equal(invocations[0].executionSuccessful, false);
    assert.ok(invocations[0].toolExecutionNotifications.length > 0);
  });
});

describe("the OSCAL report", () => {
  it("gives everything its own identifier, and every reference leads somewhere", async () => {
    const { output } = await run("oscal");
    const { "assessment-results": results } = JSON.parse(output) as { "assessment-results": Oscal };
    assert.equal(results.metadata["oscal-version"], "1.1.2");
    const uuids = [...output.matchAll(/"uuid": "([^"]*)"/g)].map(([, uuid = ""]) => uuid);
    for (const uuid of uuids)
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(uuids).size, uuids.length);
    for (const result of results.results) {
      const observed = new Set(result.observations.map(({ uuid }) => uuid));
      assert.ok(result.findings.length > 0);
      for (const finding of result.findings) {
        assert.match(finding.target["target-id"], /^[A-Za-z_][A-Za-z0-9._-]*$/);
        assert.match(finding.target.status.state, /^(not-)?satisfied$/);
        assert.ok(finding["related-observations"].length > 0);
        for (const related of finding["related-observations"]) assert.ok(observed.has(related["observation-uuid"]));
      }
    }
  });

  it("is the same document for the same input", async () => {
    assert.equal((await run("oscal")).output, (await run("oscal")).output);
  });
});

/** Every tag is closed by its own, every attribute quoted, and no `<` or `&` stands for itself. */
function assertWellFormed(markup: string, alone: ReadonlySet<string>): void {
  const open: string[] = [];
  const token = /<style>[^<]*<\/style>|<(\/?)([!?]?[A-Za-z][\w-]*)((?:\s+[\w-]+(?:="[^"<]*")?)*)\s*([/?]?)>|[^<]+/gy;
  for (let at = 0; at < markup.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(markup);
    assert.ok(found, `not well-formed: ${markup.slice(at, at + 80)}`);
    const [all, closes, name, , ends] = found;
    assert.doesNotMatch(all.replaceAll(/^<style>.*/gs, ""), /&(?!(amp|lt|gt|quot|#39);)/);
    if (name === undefined || alone.has(name.toLowerCase()) || ends === "/") continue;
    if (closes === "/") assert.equal(open.pop(), name);
    else open.push(name);
  }
  assert.deepEqual(open, []);
}

/** WCAG 2.2, relative luminance. */
function contrastOf(one: string, other: string): number {
  const luminance = (color: string) => {
    const hex = color.length === 4 ? color.replaceAll(/[0-9a-f]/g, "$&$&") : color;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly {
            readonly id: string;
            readonly shortDescription: { readonly text: string };
            readonly help: { readonly text: string };
            readonly properties: { readonly tags: readonly string[] };
          }[];
        };
      };
      readonly invocations: readonly [
        { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly object[] },
      ];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind: string;
        readonly level: string;
        readonly partialFingerprints: object;
        readonly suppressions?: readonly { readonly status: string }[];
        readonly locations: readonly {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string };
            readonly region: { readonly startLine: number; readonly startColumn: number };
          };
        }[];
      }[];
    },
  ];
}

interface Oscal {
  readonly metadata: { readonly "oscal-version": string };
  readonly results: readonly {
    readonly observations: readonly { readonly uuid: string }[];
    readonly findings: readonly {
      readonly target: { readonly "target-id": string; readonly status: { readonly state: string } };
      readonly "related-observations": readonly { readonly "observation-uuid": string }[];
    }[];
  }[];
}
