/** Writes docs/errors.md from core's closed table: `node scripts/write-errors.ts`. A test holds the two equal. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ERROR_KINDS, type ErrorKind } from "@ward/core";

export const ERRORS_FILE = fileURLToPath(new URL("../docs/errors.md", import.meta.url));

const FAULTS = {
  caller: "the caller's",
  function: "the function's",
  ward: "Ward's",
  dependency: "something Ward needs",
};

export function errorsPage(): string {
  const rows = Object.entries(ERROR_KINDS).map(
    ([code, { status, fault, retry, publicMessage }]: [string, ErrorKind]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${FAULTS[fault]} | ${retry ? "yes" : "no"} | ${publicMessage} |`,
  );
  return [
    "# Errors",
    "",
    "Every failure that leaves Ward is one of these. The message is fixed: it never quotes a request, a record or a secret. The trace id beside it leads to the entries in the ledger.",
    "",
    "| Code | HTTP status | Whose fault | Can trying again help? | Message |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(ERRORS_FILE, errorsPage());
