/**
 * The state folder (`.ward/`) and the run folder that belongs to it. INVARIANT: both are readable by their owner only,
 * and at most one node runs on a state folder. Sockets live in the run folder because a Unix socket's path may have at
 * most 107 bytes, which a checkout in a deep folder exceeds.
 */
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmdirSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { WardError } from "@ward/core";
import type { AdminStatus } from "./admin-socket.ts";

export interface StateDir {
  readonly root: string;
  readonly database: string;
  readonly rootKeyFile: string;
  readonly tokenKeyFile: string;
  readonly tls: string;
  readonly run: string;
  readonly databaseSocket: string;
  readonly adminSocket: string;
}

/** Makes the folders where they are missing and refuses any that somebody else could have put there. */
export function openStateDir(path: string): StateDir {
  const root = makePrivate(resolve(path));
  const id = createHash("sha256").update(realpathSync(root)).digest("hex").slice(0, 12);
  const run = makePrivate(join(tmpdir(), `ward-${userInfo().uid}-${id}`));
  return {
    root,
    run,
    database: join(root, "postgres"),
    rootKeyFile: join(makePrivate(join(root, "keys")), "root.json"),
    tokenKeyFile: join(root, "keys", "token-issuer.json"),
    tls: makePrivate(join(root, "tls")),
    databaseSocket: makePrivate(join(run, "pg")),
    adminSocket: join(run, "admin.sock"),
  };
}

/** Removes the run folder where nobody's sockets are in it: those of another process on the same state folder stay. */
export function removeRunFolder({ run, databaseSocket }: StateDir): void {
  for (const folder of [databaseSocket, run]) {
    try {
      rmdirSync(folder);
    } catch {
      // In use, or removed by somebody else.
    }
  }
}

/** What the node on this state folder says of itself, or undefined where none runs. */
export async function askRunningNode(state: StateDir): Promise<AdminStatus | undefined> {
  return new Promise((settle) => {
    const asked = request({ socketPath: state.adminSocket, path: "/status", timeout: 2_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => {
        try {
          settle(JSON.parse(body) as AdminStatus);
        } catch {
          settle(undefined);
        }
      });
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => settle(undefined));
    asked.end();
  });
}

function makePrivate(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? "unknown";
    throw new WardError("startup-failed", {
      reason: code === "ENOSPC" ? "disk-full" : "folder-not-writable",
      path,
      code,
    });
  }
  const seen = lstatSync(path);
  const uid = userInfo().uid;
  if (!statSync(path).isDirectory() || (uid !== -1 && seen.uid !== uid && uid !== 0)) {
    throw new WardError("startup-failed", { reason: "folder-of-another-user", path });
  }
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
