import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { analyzeFiles, LOCKFILES, npmProject, projectWith, type Files } from "./testing/project-files.ts";

/** The schemas of OWASP's CycloneDX, as its own library ships them. */
function schemaText(name: string): object {
  const library = import.meta.resolve("@cyclonedx/cyclonedx-library/package.json");
  return JSON.parse(readFileSync(new URL(`res/schema/${name}.SNAPSHOT.schema.json`, library), "utf8")) as object;
}

const ajv = new Ajv({ strict: false, validateFormats: true });
formats.default(ajv);
ajv.addFormat("iri-reference", true);
ajv.addFormat("idn-email", true);
for (const name of ["jsf-0.82", "spdx"])
  ajv.addSchema(schemaText(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
const validate = ajv.compile(schemaText("bom-1.6"));

interface Bom {
  readonly metadata: { readonly timestamp?: string; readonly component: Readonly<Record<string, string>> };
  readonly components: readonly (Readonly<Record<string, string>> & { readonly hashes?: readonly unknown[] })[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

async function sbomOf(
  files: Files,
  more: { readonly sourceDateEpoch?: number } = {},
): Promise<{ text: string; bom: Bom }> {
  const { sbom } = await analyzeFiles(files, { wantsSbom: true, ...more });
  assert.ok(sbom);
  return { text: sbom, bom: JSON.parse(sbom) as Bom };
}

describe("the bill of materials", () => {
  for (const [manager, file, fixture] of LOCKFILES) {
    it(`of a project under ${manager} is valid CycloneDX 1.6, with the whole graph`, async () => {
      const { bom } = await sbomOf(projectWith(file, fixture));
      assert.ok(validate(bom), ajv.errorsText(validate.errors));
      const on = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
      assert.ok(on.get("pkg:npm/clinic@1.0.0#.")?.includes("pkg:npm/is-odd@3.0.1"));
      assert.ok(on.get("pkg:npm/clinic@1.0.0#.")?.includes("pkg:npm/%40types/ms@2.1.0"));
      assert.deepEqual(on.get("pkg:npm/is-odd@3.0.1"), ["pkg:npm/is-number@6.0.0"]);
      assert.deepEqual(on.get("pkg:npm/web@1.0.0#packages/web"), ["pkg:npm/debug@4.3.4"]);
      const refs = new Set([bom.metadata.component["bom-ref"], ...bom.components.map((one) => one["bom-ref"])]);
      for (const { ref, dependsOn = [] } of bom.dependencies) {
        for (const one of [ref, ...dependsOn]) assert.ok(refs.has(one), one);
      }
    });
  }

  it("says digests in hexadecimal, licences, and what only development needs", async () => {
    const { bom } = await sbomOf(projectWith("package-lock.json", "npm-3"));
    const of = (purl: string) => bom.components.find((one) => one["purl"] === purl);
    const [hash] = (of("pkg:npm/ms@2.1.2")?.hashes ?? []) as readonly { alg: string; content: string }[];
    assert.equal(hash?.alg, "SHA-512");
    assert.match(hash?.content ?? "", /^[0-9a-f]{128}$/);
    assert.deepEqual(of("pkg:npm/ms@2.1.2")?.["licenses"], [{ license: { id: "MIT" } }]);
    assert.equal(of("pkg:npm/left-pad@1.3.0")?.["scope"], "excluded");
    assert.equal(of("pkg:npm/fsevents@2.3.3")?.["scope"], "optional");
    assert.deepEqual(
      [of("pkg:npm/%40types/ms@2.1.0")?.["group"], of("pkg:npm/%40types/ms@2.1.0")?.["name"]],
      ["@types", "ms"],
    );
  });

  it("is the same to the byte for the same input, and says a time only where SOURCE_DATE_EPOCH does", async () => {
    const files = projectWith("pnpm-lock.yaml", "pnpm-9");
    const first = await sbomOf(files);
    assert.equal((await sbomOf(files)).text, first.text);
    assert.equal(first.bom.metadata.timestamp, undefined);
    const dated = await sbomOf(files, { sourceDateEpoch: 1_800_000_000 });
    assert.equal(dated.bom.metadata.timestamp, "2027-01-15T08:00:00.000Z");
    assert.ok(validate(dated.bom), ajv.errorsText(validate.errors));
  });

  it("stays valid whatever names, licences and addresses a lockfile holds", async () => {
    const odd = {
      "node_modules/git-one": {
        version: "1.0.0",
        resolved: "git+ssh://user:pass@git.clinic.example/one.git?token=t0k3n#" + "a".repeat(40),
      },
      "node_modules/@a/b": {
        version: "1.0.0+build",
        license: "(MIT OR GPL-3.0-only)",
        integrity: "sha512-AAAA sha1-AAAA",
      },
      "node_modules/sentence": { version: "0.0.0", license: "SEE LICENSE IN LICENSE.md", resolved: "not an address" },
      "node_modules/elastic": { version: "1.0.0", license: "Elastic-2.0" },
    };
    const { bom, text } = await sbomOf(npmProject(odd, { "git-one": "*", "@a/b": "*", sentence: "*", elastic: "*" }));
    assert.ok(validate(bom), ajv.errorsText(validate.errors));
    assert.ok(!text.includes("user:pass") && !text.includes("t0k3n"));
    assert.ok(bom.components.some((one) => one["purl"] === "pkg:npm/%40a/b@1.0.0%2Bbuild"));
  });

  it("is none where there is no lockfile", async () => {
    const { sbom } = await analyzeFiles({ "package.json": "{}" }, { wantsSbom: true });
    assert.equal(sbom, undefined);
  });
});
