/**
 * What a witness remembers: the largest tree of each log that it cosigned. It is on the disk before a cosignature is
 * given; lost, the witness would cosign a shorter or another history, so a file that cannot be read stops it.
 */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { assert } from "@ward/core";

export interface SeenTree {
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

export interface WitnessState {
  get(origin: string): SeenTree | undefined;
  /** Durable on return. */
  set(origin: string, tree: SeenTree): Promise<void>;
}

export async function openWitnessState(path: string): Promise<WitnessState> {
  const trees = parseState(await readFile(path, "utf8").catch(absent));
  return {
    get: (origin) => trees.get(origin),
    async set(origin, tree) {
      const next = new Map(trees).set(origin, tree);
      await replaceFile(path, `${JSON.stringify(Object.fromEntries(next), undefined, 2)}\n`);
      trees.set(origin, tree);
    },
  };
}

function parseState(text: string | undefined): Map<string, SeenTree> {
  const trees = new Map<string, SeenTree>();
  for (const [origin, value] of Object.entries(JSON.parse(text ?? "{}") as Record<string, Partial<SeenTree>>)) {
    const { size, root } = value;
    assert(Number.isSafeInteger(size) && typeof root === "string", "a witness's state holds sizes and roots");
    trees.set(origin, { size: size as number, root });
  }
  return trees;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const file = await open(aside, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path).catch(async (error: unknown) => {
    await rm(aside, { force: true });
    throw error;
  });
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
