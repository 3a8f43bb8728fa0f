/** `ward send`: HL7 v2 messages to a running node over MLLP, for trying out; prints what the node acknowledged. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { caFileOf, DEFAULT_PORTS, stateDirOf, type StateFlags } from "./node-settings.ts";
import { formatTable } from "./table.ts";

export interface SendFlags extends StateFlags {
  readonly host: string;
  readonly port?: number;
  readonly plain?: boolean;
}

export async function send(cli: Cli, flags: SendFlags, files: readonly string[]): Promise<number> {
  const messages = files.map((file) => ({ file, bytes: readOrRefuse(resolve(cli.cwd, file)) }));
  const caFile = caFileOf(stateDirOf(cli, flags));
  const tls = flags.plain ? {} : { tls: { ca: readOrRefuse(caFile).toString("utf8") } };
  const platform = await cli.platform();
  const target = { host: flags.host, port: flags.port ?? DEFAULT_PORTS.mllp, ...tls };
  const acks = await platform.sendMllp(
    target,
    messages.map(({ bytes }) => bytes),
  );
  const answers = messages.map(({ file }, index) => ({ file, ...(acks[index] ?? { code: "none" }) }));
  if (cli.json) cli.printJson(answers);
  else {
    cli.print(
      formatTable(
        [{ title: "Message" }, { title: "ACK" }, { title: "Reason", wrap: true }],
        answers.map(({ file, code, condition, reason }) => [
          file,
          {
            text: condition ? `${code} ${condition}` : code,
            style: code === "AA" ? ("good" as const) : ("warn" as const),
          },
          reason ?? "",
        ]),
        { width: cli.stdout.columns, paint: cli.paint },
      ),
    );
  }
  return answers.every(({ code }) => code === "AA") ? EXIT.done : EXIT.problem;
}

function readOrRefuse(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CliError(`Can't read ${file}. Name a file that exists, and pass the --state-dir of the running node.`);
  }
}
