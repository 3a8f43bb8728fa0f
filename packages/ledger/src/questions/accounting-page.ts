/**
 * The accounting as a page to hand over: plain text, or HTML that prints and that a screen reader can follow (WCAG 2.2:
 * language, caption, headers with scope, no colour that means anything). Whatever it prints is escaped.
 */
import type { Disclosure } from "./accounting.ts";

export interface AccountingPage {
  /** The patient's pseudonym; their name is for who hands the page over to add. */
  readonly subject: string;
  readonly since: string;
  readonly until: string;
  /** Under which checkpoint it was drawn: first line and size. */
  readonly log: { readonly origin: string; readonly size: number };
  readonly disclosures: readonly Disclosure[];
  /** How many exempt ones are not on the page. */
  readonly leftOut: number;
  readonly hasMore: boolean;
}

const TITLE = "Accounting of disclosures of protected health information";
const COLUMNS = ["Date", "Recipient", "What was disclosed", "Purpose"] as const;

export function accountingText(page: AccountingPage): string {
  const lines = [TITLE, "45 CFR 164.528", "", ...facts(page), ""];
  if (page.disclosures.length === 0) lines.push("No disclosure in this period has to be accounted for.", "");
  for (const [at, disclosure] of page.disclosures.entries()) {
    const cells = cellsOf(disclosure);
    lines.push(`${at + 1}.`, ...COLUMNS.map((column, cell) => `   ${column.padEnd(20)}${cells[cell] ?? ""}`), "");
  }
  return [...lines, ...notes(page), ""].join("\n");
}

export function accountingHtml(page: AccountingPage): string {
  const rows = page.disclosures.map((disclosure) => {
    const [date = "", ...others] = cellsOf(disclosure).map(escape);
    return `<tr><th scope="row">${date}</th>${others.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const head = COLUMNS.map((column) => `<th scope="col">${column}</th>`).join("");
  const table =
    rows.length === 0
      ? "<p>No disclosure in this period has to be accounted for.</p>"
      : `<table><caption>Disclosures, in the order of their first date</caption><thead><tr>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
  const list = (items: readonly string[]) => items.map((item) => `<p>${escape(item)}</p>`).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: bold; padding: .5rem 0 }
th, td { border: 1px solid #555; padding: .4rem .6rem; text-align: left; vertical-align: top; font-weight: normal }
thead th { font-weight: bold }
tr { break-inside: avoid }
@media print { body { max-width: none; margin: 0 } }
</style>
</head>
<body>
<main>
<h1>${TITLE}</h1>
<p>45 CFR 164.528</p>
${list(facts(page))}
${table}
<h2>About this list</h2>
${list(notes(page))}
</main>
</body>
</html>
`;
}

function facts({ subject, since, until, log }: AccountingPage): readonly string[] {
  return [
    `Patient (pseudonym in the log): ${subject}`,
    `From ${day(since)} to ${day(until)}`,
    `Drawn from the log ${log.origin || "(empty)"} with ${log.size} entries`,
  ];
}

function notes({ leftOut, hasMore }: AccountingPage): readonly string[] {
  return [
    ...(hasMore
      ? ["This list is not complete: there are more entries than one list takes. Ask for shorter periods."]
      : []),
    ...(leftOut > 0
      ? [`Not listed: ${leftOut} for treatment, payment, health care operations, or to the patient (164.528(a)(1)).`]
      : []),
    "Dates are in UTC. Addresses of recipients are not in the log.",
  ];
}

function cellsOf({
  first,
  last,
  count,
  recipient,
  description,
  purposeText,
  exemption,
}: Disclosure): readonly string[] {
  const date = count === 1 ? day(first) : `${day(first)} to ${day(last)}, ${count} times`;
  return [
    date,
    recipient,
    description,
    exemption === undefined ? purposeText : `${purposeText} (exempt: ${exemption})`,
  ];
}

function day(time: string): string {
  return time.slice(0, 10);
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
