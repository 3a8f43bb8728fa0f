/**
 * A small secret file: created once, readable by its owner alone, never overwritten. Checks are made on the open
 * descriptor, so that nothing can be swapped between the check and the read.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { WardError } from "@ward/core";

const SIZE_MAX_BYTES = 4_096;

/** The file's text; undefined where there is none. Throws `key-unavailable` where it is not a private regular file. */
export async function readKeyFile(path: string): Promise<string | undefined> {
  let file: FileHandle;
  try {
    // NONBLOCK: a FIFO in the file's place must not hold the start up.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOENT") return undefined;
    throw new WardError("key-unavailable", {
      reason: code === "ELOOP" ? "key-file-is-link" : "key-file-unreadable",
      path,
      code,
    });
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new WardError("key-unavailable", { reason: "key-file-not-regular", path });
    if ((status.mode & 0o077) !== 0) throw new WardError("key-unavailable", { reason: "key-file-permissions", path });
    const self = process.getuid?.();
    if (self !== undefined && status.uid !== self && status.uid !== 0) {
      throw new WardError("key-unavailable", { reason: "key-file-owner", path });
    }
    if (status.size > SIZE_MAX_BYTES) throw new WardError("key-unavailable", { reason: "key-file-damaged", path });
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** True where this call made the file; false where it existed. Durable on return. */
export async function createKeyFile(path: string, text: string): Promise<boolean> {
  const directory = dirname(path);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomBytes(8).toString("hex")}.draft`;
    await writeSynced(draft, text);
    try {
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    } finally {
      await unlink(draft);
    }
    await syncDirectory(directory);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new WardError("key-unavailable", { reason: "key-file-not-writable", path, code });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
}

/** The name itself must survive a power failure, not only the bytes. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
