/**
 * The server as a child that cannot outlive its node. A small shell is the server's parent and holds the reading end
 * of a pipe from Ward: when the pipe ends, because Ward closed it or was killed with -9, the shell asks the server for
 * a fast shutdown (SIGINT) and, if that is not heard, for an immediate one (SIGQUIT). So stopping and dying are one path.
 *
 * Both get a session of their own, so that Ctrl-C in a terminal reaches Ward alone and Ward stops things in order.
 *
 * Where Linux's scheduler can be told, the server is of the batch class: its share of the processor is the same, but a
 * backend that wakes does not push aside the node which woke it (decision 0035).
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ServerIdentity } from "./server-identity.ts";

export interface ServerProcess {
  /** The shell's pid. The server's own is in `postmaster.pid`. */
  readonly pid: number;
  /** `ready` when connections are accepted; otherwise the last lines of a server that exited. */
  readonly started: Promise<{ readonly ready: true } | { readonly ready: false; readonly said: string }>;
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

// $1: seconds for a fast shutdown; $2: a directory to remove at the end, or nothing; the rest: the server's command.
const KEEPER = `
grace=$1; litter=$2; shift 2
chrt --batch 0 true 2>/dev/null && set -- chrt --batch 0 "$@"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(
  while read -r _ <&3; do :; done
  kill -INT $server 2>/dev/null
  turns=0
  while kill -0 $server 2>/dev/null && [ $turns -lt $((grace * 10)) ]; do sleep 0.1; turns=$((turns + 1)); done
  kill -QUIT $server 2>/dev/null
) 2>/dev/null &
watcher=$!
wait $server
code=$?
kill $watcher 2>/dev/null
[ -n "$litter" ] && rm -rf -- "$litter"
exit $code
`;

const LINES_KEPT = 20;

export function launchServer(options: {
  readonly command: readonly string[];
  readonly identity: ServerIdentity;
  readonly onLog: (line: string) => void;
  readonly graceSeconds?: number;
  /** Removed when the server is gone, even where the node was killed. Only for throw-away test servers. */
  readonly litter?: string;
}): ServerProcess {
  const { identity, onLog } = options;
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      KEEPER,
      "ward-postgres-keeper",
      String(options.graceSeconds ?? 8),
      options.litter ?? "",
      ...identity.prefix,
      ...options.command,
    ],
    { detached: true, stdio: ["pipe", "ignore", "pipe"], env: serverEnvironment(), ...identity.account, cwd: "/" },
  );
  child.stdin.on("error", () => undefined);
  let said: readonly string[] = [];
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const started: ServerProcess["started"] = new Promise((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      onLog(line);
      said = [...said, line].slice(-LINES_KEPT);
      if (line.includes("database system is ready to accept connections")) resolve({ ready: true });
    });
    // `close`, not `exit`: the last lines may still be in the pipe.
    child.once("close", () => resolve({ ready: false, said: said.join("\n") }));
    child.once("error", () => resolve({ ready: false, said: "/bin/sh could not be started" }));
  });
  return {
    pid: child.pid ?? -1,
    started,
    exited,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

/** Nothing of Ward's environment reaches the server; messages in English, because they are read by `started`. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", LC_MESSAGES: "C", TZ: "UTC" };
}
