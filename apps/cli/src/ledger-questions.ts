/** The auditor's questions: asked through the state, shown as tables, written as files that verify offline. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Inquiry, InquiryAnswer } from "@ward/platform";
import { EXIT, type Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import { lendState } from "./lend-state.ts";
import { localTime } from "./local-time.ts";
import type { StateFlags } from "./node-settings.ts";
import { parseTime, yearsBefore } from "./period.ts";
import { formatTable, type Cell, type Column } from "./table.ts";

export interface QuestionFlags extends StateFlags {
  readonly since?: string;
  readonly until?: string;
  readonly out?: string;
}

type Line = InquiryAnswer["entries"][number];

const PATHS_SHOWN = 50;
const ANSWER_MAX_BYTES = 512 * 1024 * 1024;

export async function whoTouched(cli: Cli, flags: QuestionFlags, patient: string): Promise<number> {
  const inquiry = { kind: "who-touched", patient: await patientOf(cli, patient), ...periodOf(cli, flags) } as const;
  return await ask(cli, flags, inquiry, async (answer) => {
    if (answer.touches.length === 0) return cli.print("Nobody touched this patient's records in this period.");
    const { pathText } = await cli.platform();
    const columns: readonly Column[] = [
      { title: "Who" },
      { title: "For", wrap: true },
      { title: "Did", wrap: true },
      { title: "On", wrap: true },
      { title: "Purpose", wrap: true },
      { title: "Entries", align: "right" },
      { title: "Refused", align: "right" },
      { title: "Last" },
    ];
    printTable(
      cli,
      columns,
      answer.touches.map((touch) => [
        touch.principal,
        touch.onBehalfOf.join(" for "),
        touch.actions.join(", "),
        touch.what.join(", "),
        touch.purposes.join(", "),
        touch.entries,
        { text: String(touch.refused), style: touch.refused > 0 ? "warn" : "plain" },
        localTime(new Date(touch.last)),
      ]),
    );
    cli.print(cli.paint("strong", "\nPaths"));
    for (const path of answer.paths.slice(0, PATHS_SHOWN)) {
      cli.print(`${cli.paint("quiet", localTime(new Date(path.time)))}  ${pathText(path)}`);
    }
    const more = answer.paths.length - PATHS_SHOWN;
    if (more > 0) cli.print(`${more} more; --json has them all.`);
  });
}

export async function accounting(
  cli: Cli,
  flags: QuestionFlags & { readonly all?: boolean; readonly html?: string },
  patient: string,
): Promise<number> {
  const { ACCOUNTING_YEARS, accountingHtml, accountingText } = await cli.platform();
  const until = flags.until === undefined ? cli.now().toISOString() : parseTime(flags.until, cli.now(), "--until");
  const since =
    flags.since === undefined
      ? yearsBefore(cli.now(), ACCOUNTING_YEARS).toISOString()
      : parseTime(flags.since, cli.now(), "--since");
  const inquiry = { kind: "accounting", patient: await patientOf(cli, patient), since, until } as const;
  return await ask(cli, flags, inquiry, ({ question, disclosures, origin, size, hasMore }) => {
    const listed = disclosures.filter(({ exemption }) => flags.all === true || exemption === undefined);
    const leftOut =
      disclosures.reduce((sum, { count }) => sum + count, 0) - listed.reduce((sum, { count }) => sum + count, 0);
    const subject = "subject" in question ? question.subject : "";
    const page = { subject, since, until, log: { origin, size }, disclosures: listed, leftOut, hasMore };
    if (flags.html === undefined) return cli.print(accountingText(page).trimEnd());
    writePrivate(cli, flags.html, accountingHtml(page));
    cli.print(flags.html);
  });
}

export async function whatDid(cli: Cli, flags: QuestionFlags, principal: string): Promise<number> {
  if (!/^(person|function|service):./.test(principal)) {
    throw new CliError("Name the principal with its kind: person:dr-okafor, function:notify, service:mllp.");
  }
  const inquiry = { kind: "what-did", principal, ...periodOf(cli, flags) } as const;
  return await ask(cli, flags, inquiry, ({ entries }) => printEntries(cli, entries, "Nothing, in this period."));
}

export async function refused(cli: Cli, flags: QuestionFlags): Promise<number> {
  return await ask(cli, flags, { kind: "refused", ...periodOf(cli, flags) }, ({ entries }) =>
    printEntries(cli, entries, "Nothing was refused in this period."),
  );
}

export async function changes(cli: Cli, flags: QuestionFlags): Promise<number> {
  return await ask(cli, flags, { kind: "changes", ...periodOf(cli, flags) }, ({ entries }) => {
    if (entries.length === 0) return cli.print("Nothing was changed in this period.");
    const columns: readonly Column[] = [
      { title: "Entry", align: "right" },
      { title: "Time" },
      { title: "What" },
      { title: "Name", wrap: true },
      { title: "SHA-256" },
      { title: "By", wrap: true },
    ];
    const isConfiguration = (action: string) => action === "config.policy" || action === "config.app";
    printTable(
      cli,
      columns,
      entries.map(({ index, entry }) => [
        index,
        localTime(new Date(entry.time)),
        entry.action,
        entry.item ?? entry.resource?.type ?? "",
        entry.digest?.slice("sha256:".length, "sha256:".length + 12) ??
          (isConfiguration(entry.action) ? "removed" : ""),
        entry.principal,
      ]),
    );
  });
}

export async function why(cli: Cli, flags: QuestionFlags, index: number): Promise<number> {
  return await ask(cli, flags, { kind: "why", index }, ({ entries }) => {
    const found = entries.find((line) => line.index === index);
    const facts = Object.entries(found?.entry ?? {}).map(([name, value]) => [name, factText(value)] as const);
    for (const [name, text] of facts) cli.print(`${cli.paint("quiet", name.padEnd(11))} ${text}`);
    cli.print(cli.paint("strong", "\nIts trace"));
    printEntries(cli, entries, "", index);
  });
}

/** Without a state folder where the key is given: an auditor has the file and the key. */
export async function checkProof(
  cli: Cli,
  flags: StateFlags & { readonly key?: string },
  file: string,
): Promise<number> {
  const text = readText(cli, file);
  const { checkAnswer } = await cli.platform();
  const check = (key: string): number => {
    const verdict = checkAnswer(text, key);
    if (cli.json) cli.printJson(verdict);
    else if (verdict.ok) {
      cli.print(`Question    ${JSON.stringify(verdict.question)}`);
      cli.print(`Log         ${verdict.origin}, ${verdict.size} entries`);
      cli.print(
        `Entries     ${verdict.entries.length}${verdict.hasMore ? " (there are more than this answer took)" : ""}`,
      );
      cli.print(cli.paint("good", "proven"));
    } else {
      const where = verdict.index === undefined ? "" : ` at entry ${verdict.index}`;
      cli.print(cli.paint("bad", `NOT proven: ${verdict.problem}${where}.`));
    }
    return verdict.ok ? EXIT.done : EXIT.problem;
  };
  if (flags.key !== undefined) return check(flags.key);
  return await lendState(cli, flags, async ({ audit }) => check(audit.verifierKey));
}

async function ask(
  cli: Cli,
  flags: QuestionFlags,
  inquiry: Inquiry,
  show: (answer: InquiryAnswer) => void | Promise<void>,
): Promise<number> {
  return await lendState(cli, flags, async ({ audit }) => {
    const answer = await audit.ask(inquiry);
    const { prove, ...plain } = answer;
    if (cli.json) cli.printJson(plain);
    else await show(answer);
    if (answer.hasMore) cli.remark("There are more entries than one answer takes; ask for a shorter period.", "warn");
    if (flags.out !== undefined) {
      writePrivate(cli, flags.out, await prove());
      if (!cli.json) {
        cli.remark(`${flags.out}: ${answer.entries.length} entries with proofs. Check it anywhere with:`);
        cli.remark(`  npx ward ledger check-proof ${flags.out} --key ${audit.verifierKey}`);
      }
    }
    return EXIT.done;
  });
}

function printEntries(cli: Cli, entries: readonly Line[], none: string, marked?: number): void {
  if (entries.length === 0) return cli.print(none);
  const columns: readonly Column[] = [
    { title: "Entry", align: "right" },
    { title: "Time" },
    { title: "Who", wrap: true },
    { title: "Did" },
    { title: "On", wrap: true },
    { title: "Purpose" },
    { title: "Outcome", wrap: true },
    { title: "Trace" },
  ];
  printTable(
    cli,
    columns,
    entries.map(({ index, entry }) => [
      index === marked ? { text: `> ${index}`, style: "strong" } : index,
      localTime(new Date(entry.time)),
      entry.onBehalfOf === undefined ? entry.principal : `${entry.principal} for ${entry.onBehalfOf}`,
      entry.action,
      entry.host ?? entry.item ?? entry.resource?.type ?? "",
      entry.purpose,
      {
        text: entry.reason === undefined ? entry.outcome : `${entry.outcome}: ${entry.reason}`,
        style: entry.outcome === "success" ? "plain" : "warn",
      },
      entry.trace.slice(0, 8),
    ]),
  );
}

function printTable(cli: Cli, columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
  cli.print(formatTable(columns, rows, { width: cli.stdout.columns, paint: cli.paint }));
}

function periodOf(cli: Cli, { since, until }: QuestionFlags): { readonly since?: string; readonly until?: string } {
  return {
    ...(since === undefined ? {} : { since: parseTime(since, cli.now(), "--since") }),
    ...(until === undefined ? {} : { until: parseTime(until, cli.now(), "--until") }),
  };
}

async function patientOf(cli: Cli, argument: string): Promise<string> {
  const patient = (argument === "-" ? await cli.readStdin() : argument).trim();
  if (patient === "") throw new CliError("Name the patient: a Patient id or an MRN, or - to read it from stdin.");
  return patient;
}

function factText(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).join(" ");
}

/** An answer tells of a patient; only who asked may read it. */
function writePrivate(cli: Cli, file: string, text: string): void {
  writeFileSync(resolve(cli.cwd, file), text, { mode: 0o600 });
}

function readText(cli: Cli, file: string): string {
  try {
    const bytes = readFileSync(resolve(cli.cwd, file));
    if (bytes.length <= ANSWER_MAX_BYTES) return bytes.toString("utf8");
  } catch {
    // Said below: which error it was helps nobody who can look at the file.
  }
  throw new CliError(`${file} can't be read as an answer.`);
}
