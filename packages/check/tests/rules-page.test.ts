import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { RULES_FILE, rulesPage } from "../scripts/write-rules.ts";

describe("docs/reference/check-rules.md", () => {
  it("is what the rules and the frameworks say (else: node packages/check/scripts/write-rules.ts)", async () => {
    const written = readFileSync(RULES_FILE, "utf8").split("\n");
    // Line by line: the page is too long to be shown as a difference.
    for (const [index, line] of (await rulesPage()).split("\n").entries()) assert.equal(written[index], line);
  });
});
