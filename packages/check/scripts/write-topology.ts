/**
 * Writes the picture of docs/guide/see-the-topology.md as its command draws it, at a fixed time:
 * `node packages/check/scripts/write-topology.ts`. A test holds the two equal.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkCommand } from "../src/command/check-command.ts";
import { CHECK_OPTIONS } from "../src/command/check-options.ts";
import type { CheckTerminal } from "../src/command/terminal.ts";

const FOLDER = fileURLToPath(new URL("../../../docs/guide/topology/", import.meta.url));

export const GUIDE = readFileSync(new URL("../../../docs/guide/see-the-topology.md", import.meta.url), "utf8");
export const PICTURE_FILE = fileURLToPath(new URL("../../../docs/guide/topology/clinic.svg", import.meta.url));

export async function picture(): Promise<string> {
  const command = /npx ward check (clinic\.yaml --graph svg[^\n`]*)/.exec(GUIDE)?.[1] ?? "";
  return (await printed(command)).text;
}

/** What a command of the guide prints, instead of writing it to a file. */
export async function printed(command: string): Promise<{ readonly text: string; readonly exitCode: number }> {
  const words = command.split(" ");
  const flags: Record<string, unknown> = {};
  for (const { name, byDefault } of CHECK_OPTIONS) flags[camel(name)] = byDefault;
  const paths: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word.startsWith("--")) flags[camel(word.slice(2))] = words[++at];
    else paths.push(word);
  }
  delete flags["out"];
  let text = "";
  const terminal: CheckTerminal = {
    cwd: FOLDER,
    json: false,
    paint: (_, plain) => plain,
    stdout: { columns: 80 },
    now: () => new Date("2026-03-02T12:00:00Z"),
    print: (said) => void (text += `${said}\n`),
    remark: () => undefined,
    onInterrupt: () => () => undefined,
  };
  return { exitCode: await checkCommand(terminal, flags, paths), text };
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

if (import.meta.main) writeFileSync(PICTURE_FILE, await picture());
