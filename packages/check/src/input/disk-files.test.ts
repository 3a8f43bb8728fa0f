import assert from "node:assert/strict";
import { it } from "node:test";
import { mayBeTemplate } from "./disk-files.ts";

it("looks for templates in a CDK app's output and not in the assets that it copied there", () => {
  const asset = `asset.${"8e488aab".repeat(8)}`;
  assert.ok(mayBeTemplate("cdk.out/Clinic.template.json"));
  assert.ok(mayBeTemplate(`cdk.out/${asset}.json`));
  assert.ok(!mayBeTemplate(`cdk.out/${asset}/lib/swagger.json`));
  assert.ok(mayBeTemplate("asset.management/template.yaml"));
});
