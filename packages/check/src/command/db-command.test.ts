import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeZip } from "../analyses/dependencies/testing/zip.ts";
import { CheckUsageError } from "../run-check.ts";
import { checkCommand } from "./check-command.ts";
import { dbUpdateCommand } from "./db-command.ts";
import type { CheckFlags, CheckTerminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-db-"));
after(() => rmSync(folder, { recursive: true }));

const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }];
const affected = [{ package: { ecosystem: "npm", name: "parser" }, ranges }];
const RECORD = { id: "GHSA-aaaa-bbbb-cccc", database_specific: { severity: "HIGH" }, affected };
const ROOT = { name: "clinic", version: "1.0.0", dependencies: { parser: "1.0.0" } };
const LOCK = {
  lockfileVersion: 3,
  packages: { "": ROOT, "node_modules/parser": { version: "1.0.0", integrity: "sha512-A==", license: "MIT" } },
};
const FLAGS: CheckFlags = { format: "json", failOn: "high" };

function terminal(cwd: string, printed: string[], env: Readonly<Record<string, string>> = {}): CheckTerminal {
  return {
    cwd,
    json: false,
    env,
    paint: (_, text) => text,
    stdout: {},
    now: () => new Date("2027-01-31T00:00:00Z"),
    print: (text) => void printed.push(text),
    remark: () => {},
    onInterrupt: () => () => {},
  };
}

function project(): string {
  const cwd = mkdtempSync(join(folder, "case-"));
  mkdirSync(join(cwd, "osv/npm"), { recursive: true });
  writeFileSync(join(cwd, "osv/npm/all.zip"), makeZip({ "r.json": JSON.stringify(RECORD) }));
  writeFileSync(join(cwd, "package.json"), JSON.stringify(ROOT));
  writeFileSync(join(cwd, "package-lock.json"), JSON.stringify(LOCK));
  return cwd;
}

describe("check db update", () => {
  it("makes ready what was brought, and a check then goes by it", async () => {
    const cwd = project();
    const printed: string[] = [];
    assert.equal(await dbUpdateCommand(terminal(cwd, printed), { osvDir: "osv", offline: true }), 0);
    assert.deepEqual(printed, ["osv: 1 record, EPSS scores are not there."]);
    assert.equal(await checkCommand(terminal(cwd, printed), { ...FLAGS, osvDir: "osv" }, ["."]), 1);
    assert.match(printed[1] ?? "", /GHSA-aaaa-bbbb-cccc/);
  });

  it("asks for the folder, and says in a line why it could not be done", async () => {
    const cli = terminal(folder, []);
    await assert.rejects(dbUpdateCommand(cli, {}), (thrown: unknown) => thrown instanceof CheckUsageError);
    await assert.rejects(dbUpdateCommand(cli, { osvDir: "new", offline: true }), /There is no .*all\.zip/);
    await assert.rejects(
      dbUpdateCommand(cli, { osvDir: "new", osvUrl: "http://clinic.example/all.zip" }),
      /only https/,
    );
  });
});

describe("check --sbom", () => {
  it("writes the bill of materials beside the report, with the time that SOURCE_DATE_EPOCH says", async () => {
    const cwd = project();
    const flags = { ...FLAGS, failOn: "never", sbom: "bom.json" };
    assert.equal(await checkCommand(terminal(cwd, [], { SOURCE_DATE_EPOCH: "1800000000" }), flags, ["."]), 0);
    const bom = JSON.parse(readFileSync(join(cwd, "bom.json"), "utf8")) as {
      readonly metadata: { readonly timestamp?: string };
      readonly components: readonly { readonly purl: string }[];
    };
    assert.equal(bom.metadata.timestamp, "2027-01-15T08:00:00.000Z");
    assert.deepEqual(
      bom.components.map(({ purl }) => purl),
      ["pkg:npm/parser@1.0.0"],
    );
  });

  it("says so where there is no lockfile", async () => {
    const cwd = mkdtempSync(join(folder, "none-"));
    writeFileSync(join(cwd, "template.yaml"), "Resources: { Q: { Type: AWS::SQS::Queue } }\n");
    await assert.rejects(checkCommand(terminal(cwd, []), { ...FLAGS, sbom: "bom.json" }, ["."]), /no lockfile/);
  });
});
