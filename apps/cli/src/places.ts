/** What a person needs once a node runs: where it listens, how to ask it, how to send it a message, how to stop it. */
import { readdirSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import type { NodeOptions } from "@ward/platform";
import type { Cli } from "./cli.ts";
import type { RunningNode } from "./lend-node.ts";
import { caFileOf } from "./node-settings.ts";
import { padTo } from "./text-width.ts";

const TOKEN_MINUTES = 60;

export async function printPlaces(
  cli: Cli,
  { node, sink }: RunningNode,
  options: NodeOptions,
  development: boolean,
): Promise<void> {
  const near = (path: string) => nearPath(cli.cwd, path);
  const caFile = near(caFileOf(options.stateDir));
  // A token on the screen is a convenience of development; elsewhere whoever may use the keys asks for one.
  const token = development
    ? await node.state.issueToken({ kind: "person", id: "dr-okafor", roles: ["clinician"] }, "TREAT", TOKEN_MINUTES)
    : undefined;
  if (cli.json) {
    cli.printJson({
      kind: "started",
      at: cli.now().toISOString(),
      ...node.urls,
      caFile: caFileOf(options.stateDir),
      stateDir: options.stateDir,
      smsSink: sink?.url,
      functions: node.functions(),
      token,
      pid: node.pid,
    });
    return;
  }
  const functions = node.functions().map((line) => `${line.name} (${line.trigger})`);
  const stateFlag = near(options.stateDir) === ".ward" ? "" : ` --state-dir ${near(options.stateDir)}`;
  const portFlag = node.mllpPort === 2575 ? "" : ` --port ${node.mllpPort}`;
  const plainFlag = options.mllpTls ? "" : " --plain";
  const lines: readonly (readonly [string, string])[] = [
    ["HTTPS", node.urls.https],
    ["MLLP", `${node.urls.mllp}${options.mllpTls ? "" : " (plain, this machine only)"}`],
    ["CA", caFile],
    ["State", near(options.stateDir)],
    ...(sink ? [["SMS sink", `${sink.url} (development: the app's webhook, in this process)`] as const] : []),
    ["Functions", functions.join(", ") || "none"],
  ];
  cli.print(cli.paint("strong", `\nWard is running${development ? " (development)" : ""}.`));
  for (const [name, value] of lines) cli.print(`  ${cli.paint("quiet", padTo(name, 10))} ${value}`);
  cli.print(`\nAsk it, as Dr Okafor (clinician, for treatment; the token is good for an hour):`);
  cli.print(
    token
      ? `  curl --cacert ${caFile} -H "Authorization: Bearer ${token}" "${node.urls.https}/fhir/R4/DiagnosticReport?code=http://loinc.org%7C51990-0"`
      : `  npx ward token --person NAME --role clinician --purpose TREAT${stateFlag}`,
  );
  cli.print("\nSend it a message:");
  cli.print(`  npx ward send ${sampleMessage(cli.cwd)}${portFlag}${plainFlag}${stateFlag}`);
  cli.print("\nStop it: Ctrl-C\n");
}

/** Relative where the path lies below, as a person would type it. */
function nearPath(cwd: string, path: string): string {
  const way = relative(cwd, path);
  return way.startsWith("..") || isAbsolute(way) ? path : way || ".";
}

function sampleMessage(cwd: string): string {
  const dir = join("conformance", "hl7");
  try {
    const first = readdirSync(join(cwd, dir)).find((name) => name.endsWith(".hl7"));
    if (first) return join(dir, first);
  } catch {
    // Not in Ward's own checkout: the reader has messages of their own.
  }
  return "FILE.hl7";
}
