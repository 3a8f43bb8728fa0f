import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { findNeedles, needlesOf } from "./needles.ts";
import { readSamples } from "./whole-node.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("npm start -- --once", () => {
  let stateDir: string;
  let first: Run;
  before(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "ward-first-"));
    first = await npmStart("--once", "--state-dir", stateDir);
  });
  after(() => rm(stateDir, { recursive: true, force: true }));

  it("does the main job, verifies the ledger and ends well", () => {
    assert.equal(first.code, 0, first.output);
    assert.match(first.output, /01-chemistry-panel\.hl7 +AA +1 Patient/);
    assert.match(first.output, /root hash [A-Za-z0-9+/]{43}=/);
    assert.match(first.output, /verified: all \d+ entries of the ledger/);
    assert.match(first.output, /as expected/);
  });

  it("prints no value of a patient", async () => {
    const samples = await readSamples();
    const needles = samples.flatMap(({ expected }) => expected.canaries).flatMap(needlesOf);
    assert.deepEqual(findNeedles(Buffer.from(first.output), needles), []);
  });

  it("finds its data again the second time, and files nothing twice", async () => {
    const second = await npmStart("--once", "--state-dir", stateDir);
    assert.equal(second.code, 0, second.output);
    assert.match(second.output, /01-chemistry-panel\.hl7 +AA +already filed/);
    assert.match(second.output, /verified: all \d+ entries of the ledger/);
  });
});

interface Run {
  readonly code: number | null;
  readonly output: string;
}

async function npmStart(...args: readonly string[]): Promise<Run> {
  const child = spawn("npm", ["start", "--", ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((settle) => child.once("exit", settle)),
  ]);
  return { code, output: out + err };
}
