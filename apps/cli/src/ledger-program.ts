/** The auditor's commands below `ward ledger`, as data. */
import { InvalidArgumentError, type Command } from "commander";
import { add, group, stateOptions, teach, type Run } from "./command-parts.ts";

const FORMATS = ["balp", "ocsf", "jsonl"] as const;
const PATIENT = "a Patient id, an MRN, or - to read it from stdin (an MRN on the command line is seen by others)";
const FOUND = "0 answered, 2 it could not be answered";
const SINCE = "not before: 2026-01-31, a time in RFC 3339, or a span as 30d, 12h, 6y";

export function addLedgerQuestions(ledger: Command, run: Run): void {
  const questions = async () => await import("./ledger-questions.ts");

  teach(
    answering(period(add(ledger, "who-touched", "say who touched a patient's records").argument("<patient>", PATIENT))),
    {
      about:
        "Lists every person, function and program that touched this patient's records, for whom and why, and the way\n" +
        "the data took each time: trigger, function, resource, egress. The question itself is recorded.",
      example: "npx ward ledger who-touched 4711 --since 30d --out answer.json",
      prints: "A table: who, for whom, what they did, purposes, entries, first and last; then each path.",
      exits: FOUND,
    },
  ).action((patient, flags) => run(flags, async (cli) => (await questions()).whoTouched(cli, flags, patient)));

  teach(
    answering(
      period(add(ledger, "accounting", "account for disclosures of a patient's data").argument("<patient>", PATIENT)),
    )
      .option("--all", "also those that need not be accounted for, with the reason")
      .option("--html <file>", "write the page for printing there instead"),
    {
      about:
        "The accounting of disclosures (45 CFR 164.528): date, recipient, what was disclosed, purpose, for the six years\n" +
        "before today. Disclosures for treatment, payment and operations are counted, not listed.",
      example: "npx ward ledger accounting 4711 --html accounting.html",
      prints: "The page as plain text.",
      exits: FOUND,
    },
  ).action((patient, flags) => run(flags, async (cli) => (await questions()).accounting(cli, flags, patient)));

  teach(
    answering(
      period(
        add(ledger, "what-did", "say what one principal did").argument(
          "<principal>",
          "as person:dr-okafor, function:notify, service:mllp",
        ),
      ),
    ),
    {
      about: "Lists the acts of one principal; for a person also what functions did for them.",
      example: "npx ward ledger what-did person:dr-okafor --since 7d",
      prints: "A table: entry, time, what, on what, purpose, outcome, trace.",
      exits: FOUND,
    },
  ).action((principal, flags) => run(flags, async (cli) => (await questions()).whatDid(cli, flags, principal)));

  teach(answering(add(ledger, "why", "explain one entry").argument("<entry>", "its index", parseIndex)), {
    about: "Shows one entry with the policies that decided it, and its trace: what led to it and what followed.",
    example: "npx ward ledger why 4182",
    prints: "The entry field by field, then the steps of its trace, the entry marked.",
    exits: FOUND,
  }).action((index, flags) => run(flags, async (cli) => (await questions()).why(cli, flags, index)));

  teach(answering(period(add(ledger, "refused", "list what was refused"))), {
    about: "Lists every act that was refused, with the reason.",
    example: "npx ward ledger refused --since 24h",
    prints: "A table: entry, time, who, what, on what, purpose, reason, trace.",
    exits: FOUND,
  }).action((flags) => run(flags, async (cli) => (await questions()).refused(cli, flags)));

  teach(answering(period(add(ledger, "changes", "list changes of policies, grants, waivers, keys, configuration"))), {
    about:
      "Lists what changed in what the system may do: releases with their grants, policy files, configuration, waivers,\n" +
      "secrets and keys, each by name and SHA-256, never by value.",
    example: "npx ward ledger changes --since 90d",
    prints: "A table: entry, time, what, name, SHA-256 (its first digits), by whom.",
    exits: FOUND,
  }).action((flags) => run(flags, async (cli) => (await questions()).changes(cli, flags)));

  teach(
    stateOptions(add(ledger, "export", "write entries for other tools"))
      .requiredOption("--format <format>", `${FORMATS.join(", ")}`, parseFormat)
      .option("--since <time>", SINCE)
      .option("--from <entry>", "begin with this entry: the cursor of the export before", parseIndex)
      .option("--out <file>", "write there instead of stdout"),
    {
      about:
        "Writes one line of JSON for each entry: balp is FHIR R4 AuditEvent after IHE BALP, ocsf is OCSF 1.3.0 for SIEMs,\n" +
        "jsonl the entries as they are. Streams, so that a log of any size fits.",
      example: "npx ward ledger export --format balp --since 2026-01-01 --out audit.ndjson",
      prints: "The lines; on stderr how many, and the entry to go on --from next time.",
      exits: FOUND,
    },
  ).action((flags) => run(flags, async (cli) => (await import("./ledger-export.ts")).exportLedger(cli, flags)));

  addRetention(ledger, run);
  addKeyRotation(ledger, run);

  teach(
    stateOptions(add(ledger, "check-proof", "check an answer that somebody handed over"))
      .argument("<file>", "as written by --out")
      .option("--key <key>", "the log's verifier key, name+id+base64 (default: this state folder's)"),
    {
      about:
        "Checks that every entry of an answer stands in the log whose checkpoint it carries, and that each belongs to the\n" +
        "question. With --key it needs no database and no network. That nothing was left out only `ledger verify` and\n" +
        "asking again can show.",
      example: "npx ward ledger check-proof answer.json --key ward.local/ledger+1f2e3d4c+AUx…",
      prints: "The question, the log, its size, the number of entries, and `proven`; or the first entry that is not.",
      exits: "0 proven, 1 not proven, 2 it could not be read",
    },
  ).action((file, flags) => run(flags, async (cli) => (await questions()).checkProof(cli, flags, file)));
}

function addRetention(ledger: Command, run: Run): void {
  const retention = async () => await import("./ledger-retention.ts");
  const hold = group(ledger, "hold", "keep entries for a legal case, whatever their age");
  teach(
    stateOptions(
      add(hold, "add", "hold the ledger for a case").argument("<name>", "a case number; never a patient"),
    ).option("--since <time>", "the first moment that matters (default: everything)"),
    {
      about:
        "Keeps every entry from that time on from being pruned, until the hold is released. The ledger records it.",
      example: "npx ward ledger hold add case-2031-17 --since 2029-01-01",
      prints: "That it holds.",
    },
  ).action((name, flags) => run(flags, async (cli) => (await retention()).addHold(cli, flags, name)));
  teach(stateOptions(add(hold, "list", "list the holds in force")), {
    about: "Lists the legal holds in force.",
    example: "npx ward ledger hold list",
    prints: "A table: name, the first entry that is held, since when.",
  }).action((flags) => run(flags, async (cli) => (await retention()).listHolds(cli, flags)));
  teach(stateOptions(add(hold, "release", "end a hold").argument("<name>", "as it was added")), {
    about: "Ends a legal hold. The ledger records it.",
    example: "npx ward ledger hold release case-2031-17",
    prints: "That it is released.",
    exits: "0 released, 2 there is no such hold",
  }).action((name, flags) => run(flags, async (cli) => (await retention()).releaseHold(cli, flags, name)));

  teach(
    stateOptions(add(ledger, "prune", "remove entries that are older than the retention"))
      .option("--years <years>", "keep so many years (default and least: 7)", parseYears)
      .option("--dry-run", "say what would go, and change nothing"),
    {
      about:
        "Removes the oldest entries, here and in the folder it was published to, by the rules of C2SP tlog-tiles: later\n" +
        "entries can still be proven, older ones are refused. Nothing that is younger, held, unpublished or unsent goes.",
      example: "npx ward ledger prune --dry-run",
      prints: "How many entries went, and with which entry the log begins.",
    },
  ).action((flags) => run(flags, async (cli) => (await retention()).pruneLedger(cli, flags)));
}

function addKeyRotation(ledger: Command, run: Run): void {
  teach(
    stateOptions(add(ledger, "rotate-key", "change the key that signs the ledger")).option(
      "--finish",
      "end the former key, when everybody has the next",
    ),
    {
      about:
        "Makes the ledger's next signing key. Once every node was started again both keys sign each checkpoint, so that\n" +
        "whoever knows only the former can follow. --finish destroys the former key; what it signed stays valid.",
      example: "npx ward ledger rotate-key",
      prints: "The next verifier key, and what to do.",
      exits: "0 done, 2 a change is under way already, or none is, or the next key has not signed yet",
    },
  ).action((flags) => run(flags, async (cli) => (await import("./ledger-retention.ts")).rotateLedgerKey(cli, flags)));
}

function period(command: Command): Command {
  return command.option("--since <time>", SINCE).option("--until <time>", "before, in the same forms");
}

function answering(command: Command): Command {
  return stateOptions(command).option("--out <file>", "also write the answer with its proofs there, for `check-proof`");
}

function parseIndex(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Use the index of an entry: a whole number from 0.");
  return Number(text);
}

function parseYears(text: string): number {
  const years = Number(text);
  if (!Number.isInteger(years) || years < 7 || years > 100) {
    throw new InvalidArgumentError("Use whole years, from 7: HIPAA's six (45 CFR 164.316(b)(2)(i)) and one.");
  }
  return years;
}

function parseFormat(text: string): string {
  if (!(FORMATS as readonly string[]).includes(text))
    throw new InvalidArgumentError(`Use one of ${FORMATS.join(", ")}.`);
  return text;
}
