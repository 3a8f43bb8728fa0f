import assert from "node:assert/strict";
import { test } from "node:test";
import { locateMember } from "./locate-member.ts";

const source = `// defineFunction({ grants }) in a comment
import { defineFunction } from "@ward/sdk";
const text = "defineFunction({ grants: 1 })";
export default defineFunction({
  purpose: "TREAT", // grants: here is only a word
  trigger: on.http("POST", "a", { body: { grants: 1 } }),
  grants: {
    fhir: ["Patient.read", "},{"],
    egress: [
      { host: "a" },
      {
        host: "b", baa: "x",
        carries: "phi",
      },
    ],
  },
});`;

test("a member is found where the text shows it", () => {
  const lineOf = (path: string) => locateMember(source, "defineFunction", path);
  assert.deepEqual(
    ["purpose", "trigger.route", "grants", "grants.fhir[1]", "grants.egress[0].host", "grants.egress[1].carries"].map(
      lineOf,
    ),
    [5, 6, 7, 8, 10, 13],
  );
});

test("what the text does not show is told at the nearest member around it", () => {
  const lineOf = (path: string) => locateMember(source, "defineFunction", path);
  assert.deepEqual(
    ["limits.memoryMb", "grants.secrets", "grants.egress[1].scheme", "grants.egress[7]"].map(lineOf),
    [4, 7, 11, 9],
  );
  assert.equal(locateMember("export default 1;", "defineFunction", "grants"), 1);
});
