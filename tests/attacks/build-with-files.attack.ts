/**
 * An app's sources name files of the node's machine, so that building them would carry them into a function. The node
 * does not start with it. It leaves no entry: there is no function, hence nobody who acted.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WardError } from "@ward/core";
import { startNode } from "@ward/platform";
import type { Attack } from "./attack.ts";

const APP = new URL("../apps/hostile-build", import.meta.url).pathname;

export const attack: Attack = {
  name: "an app's build names files of the machine",
  stoppedAt: "the bundler, which takes the app's own files only",
  async run() {
    const stateDir = await mkdtemp(join(tmpdir(), "ward-test-"));
    const options = { appDir: APP, stateDir, host: "127.0.0.1", httpsPort: 0, mllpPort: 0, mllpTls: true };
    try {
      await assert.rejects(startNode({ ...options, development: true }), (error) => {
        assert.ok(error instanceof WardError);
        assert.equal(error.code, "bundle-failed");
        const problems = String(error.detail["problems"]);
        assert.match(problems, /lies outside the app's folder/);
        assert.match(problems, /"node:fs" does not exist in an isolate/);
        return true;
      });
    } finally {
      await rm(stateDir, { recursive: true, force: true });
    }
  },
  leaves: [],
};
