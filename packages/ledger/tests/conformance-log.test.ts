/** The log in `conformance/ledger/log` is the one that this code writes, and an implementation that shares none of it agrees. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeConformanceLog } from "./write-conformance-log.ts";

const CONFORMANCE = fileURLToPath(new URL("../../../conformance/ledger/", import.meta.url));
const GO_PACKAGES = ["golang-go", "golang-golang-x-mod-dev"];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "ward-conformance-"));
});
after(async () => await rm(folder, { recursive: true, force: true }));

async function filesOf(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of await readdir(root, { recursive: true })) {
    const path = join(root, name);
    if (!name.startsWith(".aside") && (await stat(path)).isFile())
      files.set(name, (await readFile(path)).toString("base64"));
  }
  return files;
}

/** Why the second implementation cannot run; false where it can. Installs it where that is possible. */
function goIsMissing(): string | false {
  const isThere = (): boolean =>
    existsSync("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog") && spawnSync("go", ["version"]).status === 0;
  if (isThere()) return false;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return `needs Debian's ${GO_PACKAGES.join(" and ")}`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-q"], { env, timeout: 120_000 });
  spawnSync("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...GO_PACKAGES], { env, timeout: 240_000 });
  return isThere() ? false : `${GO_PACKAGES.join(" and ")} could not be installed`;
}

test("this code writes the log that the conformance folder holds", async () => {
  const written = join(folder, "written");
  await writeConformanceLog(written);
  const [ours, kept] = [await filesOf(written), await filesOf(join(CONFORMANCE, "log"))];
  assert.deepEqual([...ours.keys()].toSorted(), [...kept.keys()].toSorted());
  for (const [name, bytes] of ours) assert.equal(bytes, kept.get(name), name);
});

test("an independent implementation accepts the log and refuses each of some hundred mutations", async (context) => {
  const missing = goIsMissing();
  if (missing !== false) {
    context.skip(missing);
    return;
  }
  const program = join(folder, "verify-go");
  const env = {
    ...process.env,
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
    GOFLAGS: "",
    GOCACHE: join(folder, "cache"),
  };
  await promisify(execFile)("go", ["build", "-o", program, "."], { cwd: join(CONFORMANCE, "verify-go"), env });
  const { stdout } = await promisify(execFile)(program, ["-mutate", join(CONFORMANCE, "log")]);
  assert.match(stdout, /^accepted: 300 entries\n/);
  assert.ok(Number(/refused: (\d+) mutations/.exec(stdout)?.[1]) >= 200, stdout);
  context.diagnostic(stdout.trim());
});
