/** docs/guide/mend-what-check-finds.md: its commands, on the stack with twelve faults and, for the last, on the mended one. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { it } from "node:test";
import { ward } from "./testing/fake-platform.ts";

const GUIDE = readFileSync(new URL("../../../docs/guide/mend-what-check-finds.md", import.meta.url), "utf8");
const HOME = fileURLToPath(new URL("../../../conformance/check/twelve-faults/", import.meta.url));

it("the guide to mending shows what the commands print; `…` stands for any text", async () => {
  const commands = [...GUIDE.matchAll(/```console\n\$ npx ward (.*)\n([\s\S]*?)```/g)];
  assert.equal(commands.length, 3);
  for (const [index, [, command = "", shown = ""]] of commands.entries()) {
    const cwd = `${HOME}${index === 2 ? "mended" : "faulty"}`;
    const { stdout, exitCode } = await ward(command.split(" "), { cwd, columns: 80 });
    assert.equal(exitCode, index === 2 ? 0 : 1, command);
    const pattern = shown.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "[^]*?");
    assert.match(stdout, new RegExp(`^${pattern}$`), command);
  }
});
