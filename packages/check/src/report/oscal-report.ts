/**
 * OSCAL assessment results (NIST, version 1.1.2): an observation per answer of a rule and a finding per requirement that
 * facts spoke to. Identifiers are derived from what they identify, so that the same input gives the same document.
 */
import { createHash } from "node:crypto";
import type { Report, ReportedFinding, ReportedResource } from "./report.ts";

/** A random UUID of our own: the namespace of everything that a report identifies. */
const NAMESPACE = Buffer.from("5e0b6c1e2d1f4c8a9a3e7b64d10c92af", "hex");

interface Observed {
  readonly uuid: string;
  readonly finding: ReportedFinding;
  readonly resource: ReportedResource;
}

export function formatOscal(report: Report): string {
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const results = report.frameworks.map((framework) => {
    const observed = observe(report, framework.id);
    const cited = (one: Observed, requirement: string) =>
      rules
        .get(one.finding.rule)
        ?.citations.some((citation) => citation.framework === framework.id && citation.requirement === requirement) ===
      true;
    const spoken = framework.requirements.filter(({ state }) => state !== "silent");
    return {
      uuid: uuidOf("result", `${framework.id} ${report.at}`),
      title: `ward check against ${framework.title}`,
      description: `What templates show of ${framework.title} (${framework.source}).`,
      start: report.at,
      end: report.at,
      "reviewed-controls": {
        "control-selections": [
          spoken.length === 0
            ? { "include-all": {} }
            : { "include-controls": spoken.map(({ id }) => ({ "control-id": controlId(framework.id, id) })) },
        ],
      },
      ...(observed.length === 0 ? {} : { observations: observed.map((one) => observationOf(one, report)) }),
      ...(spoken.length === 0
        ? {}
        : {
            findings: spoken.map((requirement) => ({
              uuid: uuidOf("finding", `${framework.id} ${requirement.id} ${report.at}`),
              title: `${requirement.id} ${requirement.title}`,
              description: `${requirement.pass} facts hold, ${requirement.fail} do not, ${requirement.unknown} are undecided, ${requirement.waived} are waived. Beyond templates: ${requirement.beyond}`,
              target: {
                type: "objective-id",
                "target-id": controlId(framework.id, requirement.id),
                status: {
                  state: requirement.state === "holds" ? "satisfied" : "not-satisfied",
                  ...(requirement.state === "unknown"
                    ? { reason: "other", remarks: "undecided before deployment" }
                    : {}),
                },
              },
              "related-observations": observed
                .filter((one) => cited(one, requirement.id))
                .map(({ uuid }) => ({ "observation-uuid": uuid })),
            })),
          }),
    };
  });
  return JSON.stringify(
    {
      "assessment-results": {
        uuid: uuidOf("assessment", `${report.at} ${report.units.map(({ file }) => file).join("\n")}`),
        metadata: { title: "ward check", "last-modified": report.at, version: "1", "oscal-version": "1.1.2" },
        "import-ap": { href: "#", remarks: "Run without an assessment plan." },
        results,
      },
    },
    undefined,
    2,
  );
}

/** What was seen, once a result: no two things of a document share an identifier. */
function observe(report: Report, framework: string): readonly Observed[] {
  return report.units.flatMap((unit) =>
    unit.resources.flatMap((resource) =>
      resource.findings.map((finding): Observed => {
        const key = [framework, unit.file, finding.rule, resource.file, resource.id].join("\n");
        return { uuid: uuidOf("observation", key), finding, resource };
      }),
    ),
  );
}

function observationOf({ uuid, finding, resource }: Observed, report: Report): object {
  const waived = finding.waiver
    ? ` Waived by ${finding.waiver.owner} until ${finding.waiver.expires}: ${finding.waiver.reason}`
    : "";
  return {
    uuid,
    title: `${finding.rule} on ${resource.name}`,
    description: `${finding.kind}: ${finding.because || "the fact holds"}.${waived}`,
    methods: ["TEST"],
    types: ["finding"],
    props: [
      { name: "verdict", ns: "https://ward.example/ns/oscal", value: finding.kind },
      { name: "severity", ns: "https://ward.example/ns/oscal", value: finding.severity },
      { name: "resource-type", ns: "https://ward.example/ns/oscal", value: resource.type },
    ],
    "relevant-evidence": [{ description: `${finding.file}:${finding.line}:${finding.column}` }],
    collected: report.at,
  };
}

/** OSCAL's tokens have no parentheses. */
function controlId(framework: string, requirement: string): string {
  return `${framework}-${requirement}`.replaceAll(/[^A-Za-z0-9.-]+/g, ".").replace(/\.$/, "");
}

/** A UUID of version 5 (RFC 9562 §5.5), the only kind from names that OSCAL's schema takes. */
function uuidOf(kind: string, name: string): string {
  const bytes = createHash("sha1").update(NAMESPACE).update(`${kind}\n${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
