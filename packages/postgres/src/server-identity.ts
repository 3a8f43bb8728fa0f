/**
 * As whom the server runs. PostgreSQL refuses effective uid 0, on purpose: a database that can be talked into running
 * code must not run it as root. Where Ward is root, the server gets a user namespace in which it is `nobody` and has
 * no capability over the host; the files stay root's own, so a checkout under /root works. Where the kernel offers no
 * user namespaces, a system user `postgres` takes its place.
 */
import { execFile } from "node:child_process";
import { chown, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { WardError } from "@ward/core";
import type { ServerBinaries } from "./server-binaries.ts";

const run = promisify(execFile);

export interface ServerIdentity {
  /** `self`: Ward's own user. `namespace`: nobody in a user namespace. `account`: the system user `postgres`. */
  readonly kind: "self" | "namespace" | "account";
  /** What goes before the server's command line. */
  readonly prefix: readonly string[];
  readonly account?: { readonly uid: number; readonly gid: number };
}

const NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"] as const;

export async function chooseServerIdentity(
  binaries: ServerBinaries,
  host: { readonly uid: number; readonly namespaces: boolean } = { uid: process.getuid?.() ?? 1, namespaces: true },
): Promise<ServerIdentity> {
  if (host.uid !== 0) return { kind: "self", prefix: [] };
  if (host.namespaces && (await hasUserNamespaces())) return { kind: "namespace", prefix: NAMESPACE };
  const account = (await findAccount()) ?? (await makeAccount());
  await run(binaries.postgres, ["--version"], { ...account, cwd: "/" }).catch(() => {
    throw new WardError("startup-failed", {
      reason:
        "PostgreSQL does not run as root, this kernel offers no user namespaces, and the user postgres cannot reach " +
        "its binaries: install Ward where that user may read, or run it as another user than root",
      path: binaries.postgres,
    });
  });
  return { kind: "account", prefix: [], account };
}

/** Gives a path to the server's user, where that is not Ward's own. */
export async function yieldPath(identity: ServerIdentity, path: string): Promise<void> {
  if (identity.account) await chown(path, identity.account.uid, identity.account.gid);
}

async function hasUserNamespaces(): Promise<boolean> {
  const [command, ...args] = NAMESPACE;
  return await run(command, [...args, "true"]).then(
    () => true,
    () => false,
  );
}

async function findAccount(): Promise<{ uid: number; gid: number } | undefined> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const fields = passwd
    .split("\n")
    .find((line) => line.startsWith("postgres:"))
    ?.split(":");
  if (!fields) return undefined;
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function makeAccount(): Promise<{ uid: number; gid: number }> {
  await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", "postgres"]).catch(
    () => undefined,
  );
  const account = await findAccount();
  if (account) return account;
  throw new WardError("startup-failed", {
    reason: "PostgreSQL does not run as root, and no user postgres could be made: run Ward as another user than root",
  });
}
