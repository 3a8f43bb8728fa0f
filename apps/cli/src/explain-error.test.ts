import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { CliError, explainError } from "./explain-error.ts";

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error("the patient is Ravensworth"), { code, syscall: "open", ...more });
}

describe("explainError", () => {
  it("gives one line with the remedy for everything that keeps a node from starting", () => {
    for (const [thrown, line] of [
      [
        new WardError("startup-failed", { reason: "port-in-use", port: 8443 }),
        "Port 8443 is taken. Stop the other program or pass --port.",
      ],
      [
        new WardError("startup-failed", { reason: "port-in-use", port: 2575 }),
        "Port 2575 is taken. Stop the other program or pass --mllp-port.",
      ],
      [
        new WardError("startup-failed", { reason: "already-running", pid: 77 }),
        "A node is already running on this state folder (process 77). Stop it, or pass --state-dir.",
      ],
      [
        new WardError("startup-failed", { reason: "folder-of-another-user", path: "/x" }),
        "The folder /x belongs to another user. Run as that user, or pass --state-dir with a folder of your own.",
      ],
      [
        new WardError("startup-failed", { reason: "the disk that holds the database is full", path: "/x" }),
        "The disk is full (/x). Free some space and run this again; nothing that was acknowledged is lost.",
      ],
      [
        new WardError("startup-failed", { reason: "another node (pid 5) uses this database", path: "/x" }),
        "Another node (pid 5) uses this database /x. Stop it, or pass --state-dir.",
      ],
      [
        new WardError("database-too-new", { migration: 99 }),
        "The database was written by a newer version of Ward. Update Ward, or pass --state-dir or --database-url.",
      ],
      [
        new WardError("key-unavailable", { reason: "passphrase-wrong" }),
        "The key file doesn't open with this passphrase. Set WARD_PASSPHRASE to the one that sealed it.",
      ],
      [
        new WardError("internal", {}, { cause: systemError("ENOSPC", { path: "/x" }) }),
        "The disk is full (/x). Free some space and run this again; nothing that was acknowledged is lost.",
      ],
      [
        new WardError("startup-failed", { reason: "something-new" }),
        "The node could not start. (reason something-new)",
      ],
    ] as const) {
      assert.deepEqual(explainError(thrown), { code: thrown.code, line, exitCode: 2 });
    }
  });

  it("shows every problem of an app's build with its place", () => {
    const problems = ["functions/a.ts:3:1: first", "functions/b.ts:4:1: second"];
    assert.equal(
      explainError(new WardError("bundle-failed", { file: "functions/a.ts", line: 3, problems })).line,
      "The app could not be bundled:\n  functions/a.ts:3:1: first\n  functions/b.ts:4:1: second",
    );
    assert.equal(
      explainError(new WardError("bad-manifest", { file: "a.cedar", line: 2, problem: "names nobody" })).line,
      "A definition isn't valid:\n  a.cedar:2: names nobody",
    );
  });

  it("shows nothing of an unknown error's message", () => {
    for (const thrown of [systemError("EWHAT"), new Error("Ravensworth"), "Ravensworth", null]) {
      assert.ok(!explainError(thrown).line.includes("Ravensworth"));
    }
  });

  it("shows what the command itself found", () => {
    assert.deepEqual(explainError(new CliError("Name one.")), { code: "usage", line: "Name one.", exitCode: 2 });
  });
});
