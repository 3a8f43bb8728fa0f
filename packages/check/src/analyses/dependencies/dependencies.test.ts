import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { analyzeFiles, LOCKFILES, npmProject, projectWith, saidBy, type Files } from "./testing/project-files.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-dependencies-"));
after(() => rmSync(folder, { recursive: true }));

const PINNED = { integrity: `sha512-${"A".repeat(86)}==`, license: "MIT" };
const VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

/** A directory with one record: of `name`, introduced in 0, fixed in 2.0.0. */
function osvOf(name: string, more: object = {}): string {
  const at = mkdtempSync(join(folder, "osv-"));
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "2.0.0" }] }];
  const record = {
    id: "GHSA-aaaa-bbbb-cccc",
    aliases: ["CVE-2026-0001"],
    summary: "Anyone runs code",
    severity: [{ type: "CVSS_V3", score: VECTOR }],
    affected: [{ package: { ecosystem: "npm", name }, ranges }],
    ...more,
  };
  writeFileSync(join(at, "record.json"), JSON.stringify(record));
  writeFileSync(join(at, "epss.csv"), "cve,epss,percentile\nCVE-2026-0001,0.0421,0.9\n");
  brought(at, "2027-01-20");
  return at;
}

function brought(folder_: string, day: string): void {
  for (const name of readdirSync(folder_)) utimesSync(join(folder_, name), new Date(day), new Date(day));
}

/** `parser` is required and brings `inner`. */
function project(more: Files = {}, dependencies: Readonly<Record<string, string>> = { parser: "^1.0.0" }): Files {
  const packages = {
    "node_modules/parser": { version: "1.2.0", dependencies: { inner: "^1.0.0" }, ...PINNED },
    "node_modules/inner": { version: "1.0.0", ...PINNED },
  };
  return npmProject(packages, dependencies, more);
}

describe("a known vulnerability", () => {
  it("is said with its score, its likelihood, the way to it, and what is without it", async () => {
    const files = project({ "functions/report.ts": 'import { read } from "parser";\n' });
    const result = await analyzeFiles(files, { osvDir: osvOf("inner") });
    const [said = ""] = saidBy(result);
    assert.match(said, /^dependency-has-no-critical-vulnerability inner 1\.0\.0: GHSA-aaaa-bbbb-cccc: /);
    for (const part of [
      "GHSA-aaaa-bbbb-cccc, CVE-2026-0001: Anyone runs code",
      "CVSS 3.1 base score 9.8",
      "EPSS 4.21 %",
      "functions/report.ts:1 imports parser, which brings it",
      "2.0.0 is without it",
      "brought in by package.json > parser@1.2.0 > inner@1.0.0",
    ]) {
      assert.ok(said.includes(part), `${part}: ${said}`);
    }
    const finding = result.units[0]?.findings.find(({ kind }) => kind === "fail");
    assert.match(finding?.mend ?? "", /"overrides": \{ "inner": "\^2\.0\.0" \}/);
    assert.match(finding?.position.file ?? "", /package-lock\.json/);
  });

  it("counts less where no code that runs imports it, and says so", async () => {
    const files = project({ "functions/report.ts": 'import { readFile } from "node:fs";\n' });
    const [said = ""] = saidBy(await analyzeFiles(files, { osvDir: osvOf("inner") }));
    assert.match(said, /^dependency-has-no-medium-vulnerability/);
    assert.match(said, /none of 1 source file besides tests imports it.*counts as medium, not critical/);
  });

  it("counts in full where there is no code to look at", async () => {
    const [said = ""] = saidBy(await analyzeFiles(project(), { osvDir: osvOf("inner") }));
    assert.match(said, /^dependency-has-no-critical-vulnerability.*is not known/);
  });

  it("counts less in what only development needs", async () => {
    const files = project({ "a.ts": 'import "parser";\n' });
    const asDevelopment = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        text.replace('"dependencies":{"parser"', '"devDependencies":{"parser"'),
      ]),
    );
    const lock = asDevelopment["package-lock.json"]?.replace(
      '"dependencies": {\n        "parser"',
      '"devDependencies": {\n        "parser"',
    );
    const [said = ""] = saidBy(
      await analyzeFiles({ ...asDevelopment, "package-lock.json": lock ?? "" }, { osvDir: osvOf("inner") }),
    );
    assert.match(said, /^dependency-has-no-medium-vulnerability.*only building and testing needs it/);
  });

  it("is none of a version that has its fix", async () => {
    const osvDir = osvOf("inner", {
      affected: [
        {
          package: { ecosystem: "npm", name: "inner" },
          ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.0" }] }],
        },
      ],
    });
    const result = await analyzeFiles(project(), { osvDir });
    assert.deepEqual(saidBy(result), []);
    assert.ok(saidBy(result, "pass").some((said) => said.startsWith("dependency-has-no-critical-vulnerability")));
  });

  it("that is malware counts in full whatever imports it, and can't be waived", async () => {
    const files = project({ "a.ts": "export {};\n" });
    const result = await analyzeFiles(files, { osvDir: osvOf("inner", { id: "MAL-2026-1" }) });
    const finding = result.units[0]?.findings.find(({ kind }) => kind === "fail");
    assert.deepEqual([finding?.rule.id, finding?.rule.waivable], ["dependency-is-not-malware", false]);
  });

  it("is a subject of its own, so that no exception for one covers the next", async () => {
    const osvDir = osvOf("inner");
    writeFileSync(
      join(osvDir, "other.json"),
      readFileSync(join(osvDir, "record.json"), "utf8")
        .replace("GHSA-aaaa", "GHSA-zzzz")
        .replace("CVE-2026-0001", "CVE-2026-0002"),
    );
    const { units } = await analyzeFiles(project(), { osvDir });
    const ids = units[0]?.findings.filter(({ kind }) => kind === "fail").map(({ resource }) => resource.id) ?? [];
    assert.equal(new Set(ids).size, 2);
  });

  it("is undecided where nothing says what is known", async () => {
    const [said = ""] = saidBy(await analyzeFiles(project()), "unknown");
    assert.match(said, /^dependency-has-no-critical-vulnerability.*--osv-dir/);
  });

  it("is undecided where the data is old and says nothing, and told where old data says something", async () => {
    const old = osvOf("inner");
    brought(old, "2026-12-01");
    assert.match(
      saidBy(await analyzeFiles(project(), { osvDir: old }))[0] ?? "",
      /^dependency-has-no-critical-.*inner/,
    );
    const other = osvOf("unrelated");
    brought(other, "2026-12-01");
    const result = await analyzeFiles(project(), { osvDir: other });
    assert.match(
      saidBy(result, "unknown")[0] ?? "",
      /the OSV data is of 2026-12-01, 61 days old: run `ward check db update`/,
    );
    assert.ok(!saidBy(result, "pass").some((one) => one.includes("vulnerability")));
  });

  it("is looked up nowhere in silence: a directory without data is a problem", async () => {
    const { problems = [] } = await analyzeFiles(project(), { osvDir: join(folder, "nowhere") });
    assert.match(problems[0]?.message ?? "", /ward check db update/);
  });

  for (const [manager, file, fixture] of LOCKFILES) {
    it(`is found in a lockfile of ${manager}`, async () => {
      const osvDir = osvOf("is-number", {
        affected: [
          {
            package: { ecosystem: "npm", name: "is-number" },
            ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "7.0.0" }] }],
          },
        ],
      });
      const said = saidBy(await analyzeFiles(projectWith(file, fixture), { osvDir })).filter((one) =>
        one.includes("vulnerability"),
      );
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(said[0] ?? "", /is-number 6\.0\.0.*package\.json > is-odd@3\.0\.1 > is-number@6\.0\.0/);
    });
  }
});

describe("the registry", () => {
  async function asked(answer: (request: IncomingMessage, body: string) => readonly [number, string], files: Files) {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const [status, text] = answer(request, body);
        response.writeHead(status).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const npmrc = { ".npmrc": `registry=http://127.0.0.1:${port}/npm/\n` };
    const result = await analyzeFiles({ ...files, ...npmrc }, { registryAudit: true }).finally(() => server.close());
    return result;
  }

  it("that .npmrc names is asked with names and versions and nothing else, and its word counts", async () => {
    const seen: string[] = [];
    const advisory = {
      id: 1,
      url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
      title: "Anyone runs code",
      severity: "high",
      vulnerable_versions: "<2.0.0",
      cwe: ["CWE-94"],
      cvss: { score: 9.8, vectorString: VECTOR },
    };
    const result = await asked((request, body) => {
      seen.push(`${request.method} ${request.url}`, body);
      assert.equal(request.headers.authorization, undefined);
      return [200, JSON.stringify({ inner: [advisory] })];
    }, project());
    assert.deepEqual(seen, ["POST /npm/-/npm/v1/security/advisories/bulk", '{"parser":["1.2.0"],"inner":["1.0.0"]}']);
    assert.match(
      saidBy(result)[0] ?? "",
      /^dependency-has-no-critical-vulnerability inner.*GHSA-aaaa-bbbb-cccc: Anyone/,
    );
  });

  it("that does not answer well is a problem, and nothing is taken as known", async () => {
    for (const [status, text, reason] of [
      [503, "", /answered 503/],
      [200, "<html>", /no JSON/],
      [200, "[]", /no list of advisories/],
    ] as const) {
      const result = await asked(() => [status, text], project());
      assert.match(result.problems?.[0]?.message ?? "", reason);
      assert.equal(saidBy(result, "unknown").length, 1);
    }
  });

  it("is not guessed: none is asked where none is named", async () => {
    const { problems = [] } = await analyzeFiles(project(), { registryAudit: true });
    assert.match(problems[0]?.message ?? "", /no registry is named/);
  });
});

/** What is said of a package `odd` with this entry. */
async function saidOf(entry: object, more: Files = {}, name = "odd"): Promise<readonly string[]> {
  const files = npmProject(
    { [`node_modules/${name}`]: { version: "1.0.0", ...PINNED, ...entry } },
    { [name]: "1.0.0" },
    more,
  );
  return saidBy(await analyzeFiles(files)).map((said) => said.split(" ")[0] ?? "");
}

describe("a package", () => {
  it("that is as it should be gets no word", async () => {
    assert.deepEqual(await saidOf({ resolved: "https://packages.clinic.example/odd-1.0.0.tgz" }), []);
  });

  for (const [what, entry, fact] of [
    ["without a digest", { integrity: undefined }, "dependency-is-held-to-its-digest"],
    ["over plain http", { resolved: "http://mirror.clinic.example/odd.tgz" }, "dependency-comes-over-tls"],
    [
      "from a Git repository",
      { resolved: "git+ssh://git@host.example/odd.git#abc" },
      "dependency-comes-from-a-registry",
    ],
    ["with a script at installation", { hasInstallScript: true }, "dependency-runs-no-install-script"],
    ["that was given up", { deprecated: "use even" }, "dependency-is-maintained"],
    ["under another licence", { license: "AGPL-3.0-only" }, "dependency-licence-is-allowed"],
    ["without a licence", { license: "UNLICENSED" }, "dependency-licence-is-allowed"],
    ["whose licence is a sentence", { license: "SEE LICENSE IN LICENSE" }, "dependency-licence-is-allowed"],
  ] as const) {
    it(`${what} is found`, async () => {
      assert.deepEqual(await saidOf(entry), [fact]);
    });
  }

  it("may be allowed by name, and a licence too, in compliance/dependencies.yaml", async () => {
    const policy = (text: string) => ({ "compliance/dependencies.yaml": text });
    assert.deepEqual(await saidOf({ hasInstallScript: true }, policy("installScripts: [odd]")), []);
    assert.deepEqual(await saidOf({ license: "AGPL-3.0-only" }, policy("licences: [MIT, AGPL-3.0-only]")), []);
    assert.deepEqual(await saidOf({ license: "AGPL-3.0-only" }, policy("packages: [odd]")), []);
    assert.deepEqual(await saidOf({}, policy("licences: [ISC]")), ["dependency-licence-is-allowed"]);
    assert.deepEqual(await saidOf({}, policy("names: [expresss]"), "expresss"), []);
  });

  it("may have its script allowed where the package manager is told, or all scripts may be off", async () => {
    const files = npmProject(
      { "node_modules/odd": { version: "1.0.0", ...PINNED, hasInstallScript: true } },
      { odd: "1.0.0" },
    );
    const manifest = files["package.json"]?.replace("{", '{ "allowScripts": { "odd": true },') ?? "";
    assert.deepEqual(saidBy(await analyzeFiles({ ...files, "package.json": manifest })), []);
    assert.deepEqual(saidBy(await analyzeFiles({ ...files, ".npmrc": "ignore-scripts=true\n" })), []);
  });

  it("takes its licence from node_modules where its lockfile has none, and else it is undecided", async () => {
    const files = projectWith("yarn.lock", "yarn-1");
    const installed = { "node_modules/ms/package.json": '{ "version": "2.1.2", "license": "GPL-3.0-only" }' };
    const { units } = await analyzeFiles({ ...files, ...installed });
    const said = units[0]?.findings.filter(({ rule }) => rule.id === "dependency-licence-is-allowed") ?? [];
    assert.deepEqual(
      said.map(({ kind, resource }) => `${kind} ${resource.name}`),
      ["fail ms 2.1.2", "unknown yarn.lock"],
    );
  });

  it("whose policy can't be read is said with its line", async () => {
    const { problems = [] } = await analyzeFiles(project({ "compliance/dependencies.yaml": "\nlicenses: [MIT]\n" }));
    assert.deepEqual([problems[0]?.position.line, problems[0]?.message.includes("licences")], [2, true]);
  });
});

describe("an address in the lockfile", () => {
  const at = (host: string, name: string) => ({
    version: "1.0.0",
    ...PINNED,
    resolved: `https://${host}/${name}/-/${name.replace(/.*\//, "")}-1.0.0.tgz`,
  });
  const usual = Object.fromEntries(
    ["a-one", "a-two", "a-three", "a-four", "a-five", "@s/six"].map((name) => [
      `node_modules/${name}`,
      at("packages.clinic.example/npm", name),
    ]),
  );

  async function said(odd: object, npmrc = "", name = "odd"): Promise<readonly string[]> {
    const packages = { ...usual, [`node_modules/${name}`]: { version: "1.0.0", ...PINNED, ...odd } };
    const all = Object.fromEntries(Object.keys(packages).map((key) => [key.replace("node_modules/", ""), "1.0.0"]));
    return saidBy(await analyzeFiles(npmProject(packages, all, { ".npmrc": npmrc })));
  }

  it("that is the package's own is let be, with a scope, encoded, and for an alias", async () => {
    assert.deepEqual(await said(at("packages.clinic.example/npm", "odd")), []);
    assert.deepEqual(
      await said({ resolved: "https://packages.clinic.example/npm/@s%2fodd/-/odd-1.0.0.tgz" }, "", "@s/odd"),
      [],
    );
    assert.deepEqual(await said({ ...at("packages.clinic.example/npm", "other"), name: "other" }), []);
  });

  it("that is another package's is found", async () => {
    const [one = ""] = await said(at("packages.clinic.example/npm", "evil"));
    assert.match(one, /^dependency-comes-from-its-own-address odd 1\.0\.0: its address is that of evil/);
  });

  it("at a host that nothing else comes from is found, unless .npmrc names it", async () => {
    const [one = ""] = await said(at("evil.example", "odd"));
    assert.match(one, /it comes from evil\.example, and 6 others come from packages\.clinic\.example/);
    assert.deepEqual(await said(at("evil.example", "odd"), "@odd:registry=https://evil.example/\n"), []);
  });
});

describe("package.json and its lockfile", () => {
  for (const [manager, file, fixture] of LOCKFILES) {
    it(`agree as ${manager} left them`, async () => {
      const said = saidBy(await analyzeFiles(projectWith(file, fixture)));
      assert.deepEqual(
        said.filter((one) => one.startsWith("lockfile-")),
        [],
      );
    });

    it(`disagree under ${manager} where something is required that was never installed`, async () => {
      const files = projectWith(file, fixture);
      const manifest = files["package.json"]?.replace('"is-odd"', '"is-even":"1.0.0","is-odd"') ?? "";
      const said = saidBy(await analyzeFiles({ ...files, "package.json": manifest }));
      assert.ok(
        said.some((one) => /^lockfile-agrees.*requires is-even/.test(one)),
        said.join("\n"),
      );
    });
  }

  it("disagree where the range is another, or the requirement is gone, at its place", async () => {
    const files = projectWith("package-lock.json", "npm-3");
    const changed = files["package.json"]?.replace("^3.0.1", "^4.0.0").replace('"left-pad":"1.3.0"', '"x":"1"') ?? "";
    const { units } = await analyzeFiles({ ...files, "package.json": changed });
    const said =
      units[0]?.findings.filter(({ rule, kind }) => rule.id.startsWith("lockfile-") && kind === "fail") ?? [];
    assert.deepEqual(
      said.map(({ because }) => because),
      [
        "package.json requires is-odd ^4.0.0, and the lockfile was written for ^3.0.1",
        "package.json requires x, which the lockfile does not pin",
        "the lockfile pins left-pad, which package.json does not require any more",
      ],
    );
    assert.deepEqual(
      said.map(({ position }) => position.file),
      ["package.json", "package.json", "package-lock.json"],
    );
  });

  it("are silent on what package.json overrides", async () => {
    const files = projectWith("package-lock.json", "npm-3");
    const changed = files["package.json"]
      ?.replace("{", '{ "overrides": { "is-odd": "4.0.0" },')
      .replace("^3.0.1", "^4.0.0");
    assert.deepEqual(
      saidBy(await analyzeFiles({ ...files, "package.json": changed ?? "" })).filter((one) => one.startsWith("lock")),
      [],
    );
  });

  it("are one too few where there is no lockfile", async () => {
    const manifest = { "package.json": '{ "dependencies": { "a": "^1" } }' };
    const part = saidBy(await analyzeFiles(manifest), "unknown");
    assert.match(part.join(), /^project-has-a-lockfile.*what lies above was not given/);
    const said = saidBy(await analyzeFiles({ ...manifest, ".git/HEAD": "ref: refs/heads/main" }));
    assert.deepEqual(said, [
      "project-has-a-lockfile package.json: it requires 1 package, and no lockfile lies beside it or above",
    ]);
  });
});
