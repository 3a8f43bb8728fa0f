import assert from "node:assert/strict";
import { test } from "node:test";
import { explainComplaint, NO_COMPLAINT } from "./data-directory.ts";

test("names the first cause, though the server says its consequences last", () => {
  const said = [
    'FATAL:  could not extend file "base/1/1255" with FileFallocate(): No space left on device',
    "PANIC:  cannot abort transaction 1, it was already committed",
    "child process was terminated by signal 6: Aborted",
  ].join("\n");
  assert.equal(explainComplaint(said), "the disk that holds the database is full");
});

test("hands on a complaint that it does not know, without its prefix", () => {
  const said = "2025-01-01 00:00:00 UTC [1] FATAL:  database files are incompatible with server\nmore\n";
  assert.equal(explainComplaint(said), "database files are incompatible with server");
  assert.equal(explainComplaint(""), "PostgreSQL ended without a word");
});

test("takes nothing that a server logs in passing for its complaint", () => {
  const said =
    "2026-01-01 00:00:00 UTC [1] LOG:  database system was interrupted\n[1] LOG:  redo starts at 0/1B81078\nKilled\n";
  assert.equal(explainComplaint(said), NO_COMPLAINT);
});

test("takes nothing that a server tells its clients for its complaint", () => {
  const told = [
    ...["starting up", "in recovery mode", "shutting down"].map((state) => `the database system is ${state}`),
    "terminating connection due to unexpected postmaster exit",
  ];
  for (const message of told) {
    const said = `2026-01-01 00:00:00 UTC [7] FATAL:  ${message}\n`;
    assert.equal(explainComplaint(said), NO_COMPLAINT);
    assert.equal(explainComplaint(`[1] FATAL:  could not write lock file\n${said}`), "could not write lock file");
  }
});
