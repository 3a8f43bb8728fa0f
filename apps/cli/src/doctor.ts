/** `ward doctor`: what this machine gives a node. `missing` is a reason not to start; `weak` is said and accepted. */
import type { Finding } from "@ward/platform";
import { EXIT, type Cli } from "./cli.ts";
import { DEFAULT_PORTS, stateDirOf, type NodeFlags } from "./node-settings.ts";
import { formatTable } from "./table.ts";
import type { Style } from "./paint.ts";

const STYLES: Readonly<Record<Finding["verdict"], Style>> = { ok: "good", weak: "warn", missing: "bad" };

export async function doctor(cli: Cli, flags: Pick<NodeFlags, "stateDir" | "port" | "mllpPort">): Promise<number> {
  const platform = await cli.platform();
  const ports = [flags.port ?? DEFAULT_PORTS.https, flags.mllpPort ?? DEFAULT_PORTS.mllp];
  const findings = await platform.diagnose({ stateDir: stateDirOf(cli, flags), ports });
  const missing = findings.filter((finding) => finding.verdict === "missing").length;
  const weak = findings.filter((finding) => finding.verdict === "weak").length;
  if (cli.json) cli.printJson({ ok: missing === 0, findings });
  else {
    cli.print(
      formatTable(
        [{ title: "What" }, { title: "Verdict" }, { title: "Seen", wrap: true }],
        findings.map((finding) => [
          finding.what,
          { text: finding.verdict, style: STYLES[finding.verdict] },
          finding.explanation,
        ]),
        { width: cli.stdout.columns, paint: cli.paint },
      ),
    );
    cli.print(`\n${verdictOf(missing, weak)}`);
  }
  return missing === 0 ? EXIT.done : EXIT.problem;
}

function verdictOf(missing: number, weak: number): string {
  if (missing > 0) return `${missing} missing: a node can't start here until that is mended.`;
  return weak > 0 ? `Ready, with ${weak} weak: read what they mean before real patients' data comes here.` : "Ready.";
}
