/** What runs exactly as its template says is no drift: each template of conformance, with an account made from it. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Value } from "../graph/value.ts";
import { DiskFiles, findFiles, mayBeTemplate } from "../input/disk-files.ts";
import type { Finding } from "../judge/finding.ts";
import { readUnits, type Unit } from "../readers/read-unit.ts";
import { SourceText } from "../source/source-text.ts";
import { checkSnapshot } from "./check-drift.ts";
import { expectedProperties } from "./expected-properties.ts";

const HOME = new URL("../../../../conformance/check/", import.meta.url).pathname;

describe("an account that is as its templates say", () => {
  let units: readonly Unit[];
  before(async () => {
    const files = new DiskFiles(HOME, "templates");
    const paths = findFiles(HOME, "templates").filter(mayBeTemplate);
    units = (await readUnits(paths, { parameters: {}, files })).filter(({ format }) => format === "cloudformation");
  });

  it("has no drift, whatever the template and however it refers to its resources", async () => {
    assert.ok(units.length >= 30);
    let compared = 0;
    for (const unit of units) {
      const { units: judged, problems } = await checkSnapshot([unit], [new SourceText("live.json", accountOf(unit))]);
      const findings = judged.flatMap((one) => one.findings);
      compared += findings.filter(
        ({ rule, kind }) => rule.id === "deployed-resource-is-there" && kind === "pass",
      ).length;
      assert.deepEqual(
        problems.filter(({ position }) => position.file === "live.json"),
        [],
      );
      assert.deepEqual(findings.filter(isFound).map(shown), [], unit.file);
    }
    assert.ok(compared >= 250, String(compared));
  });
});

/** Where a template leaves something open the account closes it, here with values that nobody meant. */
function isFound({ kind, because }: Finding): boolean {
  return kind === "error" || (kind === "fail" && !because.endsWith("the template leaves it open"));
}

function shown({ resource, rule, because }: Finding): string {
  return `${resource.id} ${rule.id}: ${because}`;
}

/** Cloud Control's answer for each resource, and the stack's own list of what is called how. */
function accountOf({ graph }: Unit): string {
  const resources = graph.resources.filter(
    ({ type }) => type.startsWith("AWS::") && !type.startsWith("AWS::Serverless"),
  );
  // Rules of a group and policies of a role that stand apart are the group's and the role's in the account.
  const answers = resources.map((resource) => ({
    TypeName: resource.type,
    ResourceDescription: {
      Identifier: calledBy(resource.id),
      Properties: JSON.stringify(plain(expectedProperties(resource, graph))),
    },
  }));
  const listed = resources.map(({ id, type }) => ({
    LogicalResourceId: id.slice(id.lastIndexOf("/") + 1),
    PhysicalResourceId: calledBy(id),
    ResourceType: type,
  }));
  return JSON.stringify([{ StackResources: listed }, ...answers]);
}

function calledBy(id: string): string {
  return `live-${id}`;
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case "scalar":
      return value.value;
    case "list":
      return value.items.filter(({ kind }) => kind !== "absent").map(plain);
    case "map":
      return Object.fromEntries(
        [...value.entries].flatMap(([key, child]) => (child.kind === "absent" ? [] : [[key, plain(child)]])),
      );
    case "reference":
      return calledBy(value.resource);
    case "text":
      return value.parts.map((part) => (typeof part === "string" ? part : String(plain(part)))).join("");
    case "choice":
      return value.options[0] ? plain(value.options[0]) : null;
    case "unknown":
      return value.sample ?? "given";
    case "absent":
      return null;
  }
}
