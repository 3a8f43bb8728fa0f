/**
 * What was ever added to the files of a Git repository: every commit of every branch, as the `git` program tells it from the
 * repository's own objects. Streamed: no more than one hunk is held. Nothing that the repository configures is run (no
 * textconv, external diff, pager, hook or monitor), and nothing is fetched.
 */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** Lines that one commit added to a file, in one place. */
export interface AddedLines {
  readonly commit: string;
  /** When it was made, as 2026-01-31. */
  readonly day: string;
  /** From the repository's top. */
  readonly path: string;
  /** The number of the first of them. */
  readonly line: number;
  readonly text: string;
}

export type HistoryRead =
  | { readonly ok: true; readonly commits: number; readonly truncated: boolean }
  | { readonly ok: false; readonly reason: string };

const LINE_MAX_LENGTH = 64 * 1024;
const HUNK_MAX_LENGTH = 2 ** 20;
const TIME_MAX_MS = 10 * 60_000;
const ERROR_MAX_LENGTH = 2000;

const ARGUMENTS = [
  "--no-pager",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "log.showSignature=false",
  "-c",
  "diff.renames=false",
  "-c",
  "core.quotePath=false",
  "log",
  "--all",
  "--full-history",
  "--diff-merges=first-parent",
  "--patch",
  "--unified=0",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--date=short-local",
  "--format=%x01%H %cd",
  "--",
  ".",
];

export async function readHistory(folder: string, onAdded: (added: AddedLines) => void): Promise<HistoryRead> {
  const git = spawn("git", ARGUMENTS, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      TZ: "UTC",
      LC_ALL: "C",
      GIT_NO_LAZY_FETCH: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
    },
  });
  const ended = new Promise<number | { readonly code?: unknown }>((resolve) => {
    git.once("error", resolve);
    git.once("close", (code) => resolve(code ?? -1));
  });
  let error = "";
  git.stderr.on("data", (chunk: Buffer) => (error = (error + chunk.toString()).slice(0, ERROR_MAX_LENGTH)));
  let truncated = false;
  const timer = setTimeout(() => {
    truncated = true;
    git.kill();
  }, TIME_MAX_MS);
  const reader = new PatchReader(onAdded);
  try {
    for await (const line of linesOf(git.stdout)) reader.take(line);
    reader.end();
  } catch {
    truncated = true;
  } finally {
    clearTimeout(timer);
  }
  const outcome = await ended;
  if (typeof outcome !== "number") {
    const isMissing = outcome.code === "ENOENT";
    return { ok: false, reason: isMissing ? "the program git is not installed" : "git could not be started" };
  }
  if (outcome !== 0 && !truncated) return { ok: false, reason: reasonOf(error) };
  return { ok: true, commits: reader.commits, truncated };
}

function reasonOf(error: string): string {
  if (/not a git repository/i.test(error)) return "it is not in a Git repository";
  if (/dubious ownership/i.test(error)) return "git does not trust the repository, which belongs to someone else";
  if (/does not have any commits/i.test(error)) return "it has no commits";
  return `git failed: ${error.split("\n")[0] ?? ""}`;
}

/** Lines without their ends, each cut at a bound: a minified file is one line of megabytes. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let line = "";
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      yield (line + chunk.slice(from, Math.min(end, from + LINE_MAX_LENGTH)))
        .slice(0, LINE_MAX_LENGTH)
        .replace(/\r$/, "");
      line = "";
      from = end + 1;
    }
    if (line.length < LINE_MAX_LENGTH) line += chunk.slice(from, from + LINE_MAX_LENGTH);
  }
  if (line !== "") yield line;
}

/** Reads what `git log --patch --unified=0` prints. */
class PatchReader {
  commits = 0;
  readonly #onAdded: (added: AddedLines) => void;
  #commit = "";
  #day = "";
  #path: string | undefined;
  #line = 0;
  #lines: string[] = [];
  #length = 0;
  /** Lines of the hunk that are still to come: what they hold is not read as anything else. */
  #left = 0;

  constructor(onAdded: (added: AddedLines) => void) {
    this.#onAdded = onAdded;
  }

  take(line: string): void {
    if (this.#left > 0 && (line.startsWith("+") || line.startsWith("-"))) {
      this.#left--;
      if (line.startsWith("+")) this.#add(line.slice(1));
      return;
    }
    if (line.startsWith("\u0001")) {
      this.#flush();
      this.commits++;
      [this.#commit = "", this.#day = ""] = line.slice(1).split(" ");
      this.#path = undefined;
    } else if (line.startsWith("+++ ")) {
      this.#flush();
      this.#path = line === "+++ /dev/null" ? undefined : unquoted(line.slice("+++ ".length)).replace(/^b\//, "");
    } else if (line.startsWith("@@ ")) {
      this.#flush();
      const [, removed = "1", start = "1", added = "1"] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
      this.#line = Number(start);
      this.#left = Number(removed) + Number(added);
    }
  }

  end(): void {
    this.#flush();
  }

  #add(line: string): void {
    if (this.#length + line.length > HUNK_MAX_LENGTH) this.#flush();
    this.#lines.push(line);
    this.#length += line.length + 1;
  }

  #flush(): void {
    const [lines, line, path] = [this.#lines, this.#line, this.#path];
    this.#lines = [];
    this.#length = 0;
    this.#line += lines.length;
    if (lines.length === 0 || path === undefined) return;
    this.#onAdded({ commit: this.#commit, day: this.#day, path, line, text: lines.join("\n") });
  }
}

/** Git quotes names with control characters, quotes and backslashes as C does. */
function unquoted(name: string): string {
  const text = name.replace(/\t$/, "");
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
}
