/** Files, the environment and child processes of the machine that the function runs on. */
import { GLOBAL, type ExternalCall } from "../../../code/contract.ts";
import { lineagesOf, packageOf } from "../lineage.ts";
import { showCallee } from "../show-code.ts";
import type { Sink } from "./sink.ts";

const WRITES =
  /(?:writeFile|writeFileSync|appendFile|appendFileSync|writeJson|writeJsonSync|writeJSON|outputFile|outputFileSync|outputJson|writeSync|write|end|copyFile|symlink|mkdirSync|mkdir|mkdtemp|rename|appendFile)$/;
const RUNS =
  /(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|fork|execa|execaSync|execaCommand|\$|sync|command|node)$/;

export function machineSinks(call: ExternalCall): readonly Sink[] {
  if (/^(?:pipe|pipeline)$/.test(call.name) && call.args.some(isFileStream)) {
    return [{ fact: "files", values: [call.receiver, ...call.args], text: `is written to a file by ${call.name}` }];
  }
  for (const { module, members } of lineagesOf(call.callee)) {
    const path = members.join(".");
    const name = packageOf(module);
    if (call.kind === "set" && (module === GLOBAL || module === "node:process") && /(?:^|\.)env\./.test(`${path}.`)) {
      return [{ fact: "environment", values: call.args, text: "is put into the environment" }];
    }
    if (
      /^(?:node:fs|node:fs\/promises|fs-extra|graceful-fs|jsonfile|write-file-atomic|memfs|tmp|tempy|tmp-promise|level|better-sqlite3)$/.test(
        module,
      ) ||
      /^(?:fs-extra|graceful-fs)$/.test(name)
    ) {
      if (!WRITES.test(path) && !/^(?:write-file-atomic|jsonfile)$/.test(name)) return [];
      return [
        { fact: "files", values: [...call.args, call.restArgs], text: `is written to a file by ${showCallee(call)}` },
      ];
    }
    if (
      /^(?:node:child_process|execa|cross-spawn|shelljs|zx|tinyexec|nano-spawn)$/.test(name) &&
      (RUNS.test(path) || members.length === 0)
    ) {
      return [
        {
          fact: "processes",
          values: [...call.args, call.restArgs],
          text: `is handed to another process by ${showCallee(call)}`,
        },
      ];
    }
  }
  return [];
}

function isFileStream(value: ExternalCall["args"][number]): boolean {
  return lineagesOf(value).some(({ members }) => members.at(-1) === "createWriteStream");
}
