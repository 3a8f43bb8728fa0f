/**
 * A directory as ledger store: another disk, a network mount, a WORM appliance. A file appears whole or not at all
 * (written aside, synced, linked into place), is never written again, and its folder is synced before the call returns,
 * so that a power cut after it loses nothing.
 *
 * INVARIANT: `link` fails where the name exists; nothing here opens an existing object for writing.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { assert } from "@ward/core";
import { CHECKPOINT_PATH, isFullTilePath, isLedgerPath } from "./layout.ts";
import { type LedgerStore, StoreConflict, type StoredObject } from "./ledger-store.ts";

const ASIDE = ".aside";
const ABANDONED_MS = 3_600_000;

export async function openDirectoryStore(path: string): Promise<LedgerStore> {
  const root = resolve(path);
  const syncs = new FolderSyncs();
  const made = await mkdir(join(root, ASIDE), { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncUp(syncs, join(root, ASIDE), dirname(made));
  await removeAbandoned(join(root, ASIDE));
  return {
    place: root,
    put: async (name, bytes) => await putFile(syncs, root, name, bytes),
    async replaceCheckpoint(note) {
      const aside = await writeAside(root, note);
      await rename(aside, join(root, CHECKPOINT_PATH));
      await syncs.sync(root);
    },
    get: async (name) => await readFile(placeOf(root, name)).catch(absent),
    list: (folder) => walk(root, folder),
    async removePartials(fullPath) {
      assert(isFullTilePath(fullPath), "only partial tiles may go");
      await removeFolder(`${placeOf(root, fullPath)}.p`);
    },
    async removePruned(name) {
      assert(name !== CHECKPOINT_PATH, "the newest checkpoint stays");
      await rm(placeOf(root, name), { force: true });
    },
  };
}

function placeOf(root: string, name: string): string {
  assert(isLedgerPath(name), "a store holds the log's paths only");
  return join(root, name);
}

async function putFile(syncs: FolderSyncs, root: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = placeOf(root, name);
  const aside = await writeAside(root, bytes);
  try {
    await linkInto(syncs, aside, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const there = await readFile(file);
    if (!there.equals(bytes)) throw new StoreConflict(name);
    // Whoever wrote it may have been killed between the link and the sync.
    await syncs.sync(dirname(file));
  } finally {
    await unlink(aside);
  }
}

async function linkInto(syncs: FolderSyncs, aside: string, file: string): Promise<void> {
  const folder = dirname(file);
  let made: string | undefined;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await link(aside, file);
      break;
    } catch (error) {
      // There is no folder yet, or somebody removed the emptied one.
      if (codeOf(error) !== "ENOENT" || attempt > 3) throw error;
      made = (await mkdir(folder, { recursive: true, mode: 0o700 })) ?? made;
    }
  }
  await syncUp(syncs, folder, made === undefined ? folder : dirname(made));
}

async function writeAside(root: string, bytes: Uint8Array): Promise<string> {
  const aside = join(root, ASIDE, randomUUID());
  const file = await open(aside, "wx", 0o400);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  return aside;
}

/** Syncs folders from `from` up to `top`, so that new folders themselves are on the disk. */
async function syncUp(syncs: FolderSyncs, from: string, top: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    await syncs.sync(folder);
    if (folder === top || folder === dirname(folder)) return;
  }
}

/**
 * Syncs of folders, shared by whoever asks for the same one meanwhile. INVARIANT: each call returns after a sync that
 * began after the call.
 */
class FolderSyncs {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  async sync(folder: string): Promise<void> {
    const running = this.#running.get(folder);
    if (running === undefined) return await this.#start(folder);
    let next = this.#next.get(folder);
    if (next === undefined) {
      next = running.catch(() => undefined).then(async () => await this.#start(folder));
      this.#next.set(folder, next);
    }
    await next;
  }

  async #start(folder: string): Promise<void> {
    this.#next.delete(folder);
    const syncing = syncFolder(folder).finally(() => this.#running.delete(folder));
    this.#running.set(folder, syncing);
    await syncing;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Most full tiles never had a partial form: then this is one look. */
async function removeFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(absent);
  if (names === undefined) return;
  try {
    await Promise.all(names.map(async (name) => await unlink(join(folder, name))));
    await rmdir(folder);
  } catch {
    // Somebody else is at it, or put there what is not ours.
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a killed writer left aside. A living one needs seconds. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const seen = await stat(join(folder, name)).catch(absent);
    if (seen && Date.now() - seen.mtimeMs > ABANDONED_MS) await rm(join(folder, name), { force: true });
  }
}

/** Byte order of whole paths: a folder sorts as its name with a slash. */
async function* walk(root: string, folder: string): AsyncIterable<StoredObject> {
  const found = await readdir(join(root, folder), { withFileTypes: true }).catch(absent);
  const names = (found ?? []).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  for (const name of names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))) {
    const path = folder + name;
    if (name.endsWith("/")) yield* walk(root, path);
    else yield { path, isRewritten: false };
  }
}

function absent(error: unknown): undefined {
  if (!["ENOENT", "ENOTDIR"].includes(codeOf(error))) throw error;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
