/**
 * A stack with twelve planted faults, and the same stack mended by what the report says: nothing is missed, nothing is
 * found beside it, and what is left when all is mended is of low severity. docs/guide/mend-what-check-finds.md walks
 * through it.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { check } from "../src/check.ts";

const HOME = fileURLToPath(new URL("../../../conformance/check/twelve-faults/", import.meta.url));

/** Each fault with every fact that speaks of it. */
const PLANTED: Readonly<Record<string, readonly string[]>> = {
  "the API lets anybody in": ["api-method-knows-its-caller ReceiveReferralPostMethod"],
  "a key stands in the code": ["secret-token-is-not-in-files functions/usage.ts"],
  "the queue is not encrypted": [
    "queue-is-encrypted TriageQueue",
    "queue-uses-customer-key TriageQueue",
    "phi-is-stored-encrypted ReceiveReferral",
  ],
  "PHI is logged": ["phi-stays-out-of-logs ReceiveReferral"],
  "PHI goes to another company, two functions on": ["phi-goes-to-no-third-party TriageReferral"],
  "PHI stands in a URL": ["phi-stays-out-of-urls ReceiveReferral", "phi-goes-to-no-third-party ReceiveReferral"],
  "a role may do everything with the table": [
    "function-role-grants-only-what-code-needs ReceiveReferral",
    "identity-names-actions ReceiveReferralRole",
  ],
  "a role lacks what the code calls": ["function-role-grants-what-code-needs TriageReferral"],
  "the audit log is kept for a month": ["audit-log-is-kept-six-years AccessAuditLog"],
  "a package comes over plain HTTP, from anybody": [
    "dependency-comes-over-tls @aws-crypto/supports-web-crypto",
    "dependency-is-held-to-its-digest @aws-crypto/supports-web-crypto",
  ],
  "a table with PHI that nothing reads": ["table-is-read ReferralDrafts"],
  "a variable that nothing reads": ["environment-variable-is-read ReceiveReferral"],
};

describe("a stack with twelve planted faults", () => {
  it("has twelve", () => assert.equal(Object.keys(PLANTED).length, 12));

  it("is found to have each of them, and nothing beside what the mended stack has", async () => {
    const [faulty, mended] = [await failuresOf("faulty"), await failuresOf("mended")];
    const kept = new Set(mended.map(({ name }) => name));
    const found = faulty.map(({ name }) => name).filter((name) => !kept.has(name));
    assert.deepEqual(found.toSorted(), Object.values(PLANTED).flat().toSorted());
  });

  it("fails nothing above low once it is mended", async () => {
    assert.deepEqual(
      (await failuresOf("mended")).filter(({ severity }) => severity !== "low"),
      [],
    );
  });
});

async function failuresOf(folder: string): Promise<readonly { readonly name: string; readonly severity: string }[]> {
  const { units, problems } = await check({ targets: ["."], cwd: `${HOME}${folder}` });
  assert.deepEqual(problems, []);
  return units
    .flatMap(({ findings }) => findings)
    .filter(({ kind }) => kind === "fail")
    .map(({ rule, resource, position }) => {
      // SAM's own resources say for what they were made; packages say their version.
      const subject = resource.type === "secret" ? position.file : resource.name.split(/, which| /)[0];
      return { name: `${rule.id} ${subject}`, severity: rule.severity };
    });
}
