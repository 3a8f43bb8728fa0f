/**
 * The command line as data: every command with what it does, an example, what it prints and its exit codes. Nothing
 * here loads the platform; a command's module is imported when it runs, so that `--help` answers at once.
 */
import { Command, InvalidArgumentError } from "commander";
import { isPurposeOfUse, PURPOSES_OF_USE } from "@ward/core";
import { add, EXITS, group, stateDirOption, stateOptions, teach, type Run } from "./command-parts.ts";
import { addCheck } from "./check-program.ts";
import { addLedgerQuestions } from "./ledger-program.ts";

export function buildProgram(version: string, run: Run): Command {
  const program = new Command("ward")
    .description("Runs, checks and proves: small functions on patients' data, each confined to what it declares.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "say what this is and how to use it")
    .helpCommand(false)
    // A command's options are its own: without this `ward check` would take those of `ward check rules`.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .addHelpText(
      "after",
      `
Begin:
  npx ward init my-clinic && npx ward dev --app my-clinic

Environment:
  WARD_STATE_DIR         folder of keys, certificates and the embedded database (default: .ward)
  DATABASE_URL           PostgreSQL 15 or later; without it an embedded server is used
  WARD_PASSPHRASE        seals the root key; without it the key file is in its development form
  WARD_LEDGER_STORE      where the ledger is published: a folder (default: ledger in the state folder), or
                         the URL of a bucket with Object Lock, with AWS_REGION, AWS_ACCESS_KEY_ID and
                         AWS_SECRET_ACCESS_KEY
  WARD_LEDGER_WITNESSES  who cosigns it: \`key URL\`, several with commas between
  NO_COLOR               no colour

Exit codes: ${EXITS}.
Every command takes --json and then prints JSON, with times in UTC.`,
    );
  addRunning(program, run);
  addCheck(program, run);
  addInquiry(program, run);
  addOperating(program, run);
  return program;
}

/** All commands that run, parents before children: `ledger verify`. */
export function listCommands(
  program: Command,
  prefix = "ward",
): readonly { readonly name: string; readonly command: Command }[] {
  return program.commands.flatMap((command) => {
    const name = `${prefix} ${command.name()}`;
    const below = listCommands(command, name);
    // `ward check` runs by itself and has commands below it.
    return below.length === 0 || command.registeredArguments.length > 0 ? [{ name, command }, ...below] : below;
  });
}

function addRunning(program: Command, run: Run): void {
  teach(nodeOptions(add(program, "start", "run a node in the foreground")), {
    about:
      "Starts one node: PostgreSQL (embedded, or DATABASE_URL), the app's functions, HTTPS and MLLP. It runs until\n" +
      "Ctrl-C, finishes what is in work, and leaves nothing running. With --once it does the main job on sample\n" +
      "messages on free ports, compares with expected.json where the folder has one, verifies the ledger and ends.",
    example: "npx ward start --app examples/hospital\nnpx ward start --app examples/hospital --once",
    prints:
      "Where things are, how to ask and how to send; then a line for each request and message, without PHI.\n" +
      "With --once a table: message, ACK, resources, notifications, ledger entries; then the checkpoint.",
    exits: "0 stopped as asked, or all as expected; 1 a difference or an unverified ledger; 2 it could not start",
  })
    .option("--production", "refuse the development form of the key file and egress to this machine")
    .option("--once", "do the main job on sample messages, then end")
    .option("--messages <dir>", "with --once: folder of .hl7 files (default: conformance/hl7)")
    .action((flags) => run(flags, async (cli) => (await import("./start.ts")).start(cli, flags)));

  teach(nodeOptions(add(program, "dev", "run a node and load every change of the app")), {
    about:
      "As `ward start`, for writing functions: a change of a file is bundled and loaded, and requests that follow use\n" +
      "it. Where it doesn't build, the error is printed with file and line, and the release before keeps running.",
    example: "npx ward dev --app my-clinic",
    prints: "As `ward start`, and a line for each reload: which functions changed and how long it took.",
    exits: "0 stopped as asked, 2 it could not start",
  }).action((flags) => run(flags, async (cli) => (await import("./start.ts")).dev(cli, flags)));

  teach(add(program, "init", "write a minimal app").argument("<dir>", "a new or empty folder"), {
    about: "Writes an app that runs: a configuration, two functions, a policy, and notes. Overwrites nothing.",
    example: "npx ward init my-clinic",
    prints: "The files, and what to do next.",
    exits: "0 written, 2 the folder is not empty or can't be written",
  }).action((dir, flags) => run(flags, async (cli) => (await import("./init.ts")).init(cli, dir)));
}

function addInquiry(program: Command, run: Run): void {
  teach(
    stateDirOption(add(program, "doctor", "say what this machine gives a node"))
      .option("--port <port>", "HTTPS port to look at (default: 8443)", parsePort)
      .option("--mllp-port <port>", "MLLP port to look at (default: 2575)", parsePort),
    {
      about:
        "Looks at Node's version, the confinement of functions, PostgreSQL's binaries, the ports, the state folder,\n" +
        "the form of the key file and the room on the disk. Changes nothing.",
      example: "npx ward doctor",
      prints: "A table: what, `ok`, `weak` or `missing`, and for the latter two what to do.",
      exits: "0 a node can start, 1 something is missing, 2 it could not look",
    },
  ).action((flags) => run(flags, async (cli) => (await import("./doctor.ts")).doctor(cli, flags)));

  const ledger = group(program, "ledger", "prove that the record of every access is whole");
  teach(stateOptions(add(ledger, "verify", "recompute the ledger and check its signed checkpoint")), {
    about:
      "Reads every entry, recomputes the Merkle tree (RFC 6962) and compares it with every signed checkpoint, in the\n" +
      "database and where the ledger was published. An entry that was changed, removed or put in is found, and the first\n" +
      "wrong one is named.",
    example: "npx ward ledger verify",
    prints: "The number of entries, the checkpoint (origin, size, root hash), the key, what was published, `verified`.",
    exits:
      "0 verified, 2 it could not be read; the first thing wrong is an entry that was 10 altered, 11 missing,\n" +
      "12 put in, 13 reordered, 14 doubled, or 15 data drawn from entries, 16 a checkpoint, 17 a published object",
  }).action((flags) => run(flags, async (cli) => (await import("./state-commands.ts")).verifyLedger(cli, flags)));
  teach(
    add(ledger, "witness", "watch other machines' ledgers and cosign what only grows")
      .requiredOption("--name <name>", "the witness's key name, as witness.example/w1")
      .requiredOption("--log <key...>", "verifier keys of the logs, as `ward ledger verify` prints them")
      .option("--dir <folder>", "its own key and what it has seen", ".ward-witness")
      .option("--host <host>", "where it listens", "127.0.0.1")
      .option("--port <port>", "where it listens", parsePort, 8095),
    {
      about:
        "Runs a witness (C2SP tlog-witness) on a machine that the ledger's owner does not rule. It cosigns a checkpoint\n" +
        "only where that extends the last one it cosigned, so a ledger that was rewritten finds no witness.",
      example: 'npx ward ledger witness --name witness.example/w1 --log "$LOG_KEY"',
      prints: "Its URL and its verifier key: WARD_LEDGER_WITNESSES of the node wants `key URL`.",
      exits: "0 stopped as asked, 2 it could not start",
    },
  ).action((flags) => run(flags, async (cli) => (await import("./witness.ts")).runWitness(cli, flags)));
  addLedgerQuestions(ledger, run);

  const functions = group(program, "functions", "the app's functions as released");
  teach(stateOptions(add(functions, "list", "list functions, their releases and their counts")), {
    about: "Lists the functions that this state folder's node runs, or last ran.",
    example: "npx ward functions list",
    prints: "A table: function, trigger, release, running instances, invocations and failures.",
  }).action((flags) => run(flags, async (cli) => (await import("./state-commands.ts")).listFunctions(cli, flags)));
}

function addOperating(program: Command, run: Run): void {
  const events = group(program, "events", "messages in quarantine and deliveries that failed");
  teach(stateOptions(add(events, "list", "list what waits for a person")), {
    about: "Lists messages kept in quarantine and deliveries that used up their attempts. Shows no content.",
    example: "npx ward events list",
    prints: "A table: id, kind, function, state, tries, since when, and the reason.",
  }).action((flags) => run(flags, async (cli) => (await import("./state-commands.ts")).listEvents(cli, flags)));

  teach(
    stateOptions(add(events, "replay", "try one again, or all").argument("[id]", "an id of `ward events list`")).option(
      "--all",
      "everything that waits, oldest first",
    ),
    {
      about: "Gives a message to its function again, or puts a delivery back into the queue. It is filed at most once.",
      example: "npx ward events replay --all",
      prints: "A line for each: what happened.",
      exits: "0 all went through or are queued, 1 one failed again, 2 it could not run",
    },
  ).action((id, flags) =>
    run(flags, async (cli) => (await import("./state-commands.ts")).replayEvents(cli, flags, id)),
  );

  const secrets = group(program, "secrets", "what functions need and code must not hold");
  teach(stateOptions(add(secrets, "put", "keep one secret, encrypted").argument("<name>", "as the grant names it")), {
    about: "Reads the value from stdin and keeps it encrypted. Only functions that are granted the name can read it.",
    example: "npx ward secrets put sms-api-key < key.txt",
    prints: "The name; never the value.",
  }).action((name, flags) => run(flags, async (cli) => (await import("./secrets.ts")).putSecret(cli, flags, name)));

  teach(
    stateOptions(add(program, "token", "issue a token for a person or a service"))
      .option("--person <name>", "for whom: a person")
      .option("--service <name>", "for whom: a program")
      .option("--role <role>", "a person's role; may be given again", (role: string, all: string[] | undefined) => [
        ...(all ?? []),
        role,
      ])
      .option("--purpose <code>", "why they act: an HL7 PurposeOfUse code", parsePurpose, "TREAT")
      .option("--minutes <minutes>", "how long it is good for, at most a day", parseMinutes, 60),
    {
      about: "Issues a bearer token of the node's own issuer, for trying out and for scripts on this machine.",
      example:
        'curl --cacert .ward/tls/ca.pem -H "Authorization: Bearer $(npx ward token --person dr-okafor \\\n  --role clinician --purpose TREAT)" https://localhost:8443/fhir/R4/metadata',
      prints: "The token alone on stdout; for whom and until when on stderr. Treat it as a password.",
    },
  ).action((flags) => run(flags, async (cli) => (await import("./state-commands.ts")).issueToken(cli, flags)));

  teach(
    stateDirOption(add(program, "send", "send HL7 messages to a running node"))
      .argument("<files...>", "one HL7 v2 message each")
      .option("--host <host>", "where the node listens", "localhost")
      .option("--port <port>", "its MLLP port (default: 2575)", parsePort)
      .option("--plain", "without TLS; only nodes started with --mllp-plain listen so"),
    {
      about: "Plays the lab: sends files over one MLLP connection, each after the acknowledgement of the one before.",
      example: "npx ward send conformance/hl7/01-chemistry-panel.hl7",
      prints: "A table: message and acknowledgement, with the error condition (HL7 table 0357) where there is one.",
      exits: "0 all AA, 1 one was not accepted, 2 the node can't be reached",
    },
  ).action((files, flags) => run(flags, async (cli) => (await import("./send.ts")).send(cli, flags, files)));
}

function nodeOptions(command: Command): Command {
  return stateOptions(command)
    .option("--app <dir>", "folder of the app", ".")
    .option("--host <host>", "address to listen on", "localhost")
    .option("--port <port>", "HTTPS port (default: 8443; with --once a free one)", parsePort)
    .option("--mllp-port <port>", "MLLP port (default: 2575; with --once a free one)", parsePort)
    .option("--mllp-plain", "MLLP without TLS; only this machine can then reach it");
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("Use a number from 0 to 65535; 0 picks a free port.");
  return port;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < 1 || minutes > 1_440)
    throw new InvalidArgumentError("Use a number from 1 to 1440.");
  return minutes;
}

function parsePurpose(text: string): string {
  if (!isPurposeOfUse(text)) throw new InvalidArgumentError(`Use one of ${PURPOSES_OF_USE.join(", ")}.`);
  return text;
}
