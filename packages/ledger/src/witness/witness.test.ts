import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { makeSigner, ORIGIN } from "../fixtures.ts";
import { checkpointText, openNote, signNote } from "../note.ts";
import { GrowingTree, subtreesOf, type Tile } from "../tile.ts";
import { EMPTY_ROOT, hashLeaf, proveConsistencyFrom } from "../tree.ts";
import { formatAddCheckpoint, parseAddCheckpoint } from "./add-checkpoint.ts";
import { cosign, cosignatureVerifierKey, openCosignature, parseCosignatureVerifierKey } from "./cosignature.ts";
import { createWitness, type Witness, type WitnessAnswer } from "./witness.ts";
import { openWitnessState } from "./witness-state.ts";

const log = makeSigner();
const key = makeSigner("witness.example/w1");
const NOW = new Date("2026-01-02T03:04:05Z");
let folder: string;
let path: string;
let witness: Witness;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "ward-witness-"));
});
after(async () => await rm(folder, { recursive: true }));
beforeEach(async () => {
  path = join(folder, `${Math.random()}.json`);
  witness = await openWitness();
});

async function openWitness(): Promise<Witness> {
  return createWitness({ key, logs: [log], state: await openWitnessState(path), clock: { now: () => NOW } });
}

function treeOf(
  size: number,
  kind = "entry",
): { note: string; text: string; prove: (from: number) => Promise<readonly Uint8Array[]> } {
  const tree = new GrowingTree();
  const tiles = new Map<string, Tile>();
  for (let at = 0; at < size; at += 1)
    tree.add(hashLeaf(Buffer.from(`${kind} ${at}`))).forEach((tile) => tiles.set(`${tile.level}/${tile.index}`, tile));
  for (const tile of tree.partialTiles()) tiles.set(`${tile.level}/${tile.index}`, tile);
  const text = checkpointText({ origin: ORIGIN, size, root: tree.root() });
  const source = subtreesOf(async (level, index) => tiles.get(`${level}/${index}`)?.hashes);
  return {
    text,
    note: signNote(text, log),
    prove: async (from) => (await proveConsistencyFrom(source, from, size)).hashes,
  };
}

async function add(from: number, size: number, kind?: string): Promise<WitnessAnswer> {
  const { note, prove } = treeOf(size, kind);
  return await witness.addCheckpoint(
    formatAddCheckpoint({ from, hashes: from <= size ? await prove(from) : [], note }),
  );
}

test("a cosignature has the form of the specification's example", () => {
  const example =
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
  const [theirs, ours] = [example, cosign(treeOf(5).text, key, NOW)].map((line) => line.split(" "));
  const [their, our] = [theirs, ours].map((parts) => Buffer.from(parts?.[2] ?? "", "base64"));
  assert.equal(their?.readBigUInt64BE(4), 1_679_315_147n);
  assert.equal(our?.readBigUInt64BE(4), BigInt(NOW.getTime() / 1_000));
  assert.deepEqual([ours?.[0], our?.length], [theirs?.[0], their?.length]);
});

test("cosigns what it saw first, and then what extends it, with the time", async () => {
  for (const [from, size] of [
    [0, 5],
    [5, 5],
    [5, 300],
    [300, 70_000],
  ] as const) {
    const answer = await add(from, size);
    assert.equal(answer.status, 200, answer.body);
    assert.deepEqual(openCosignature(answer.body.trimEnd(), treeOf(size).text, key), NOW);
    assert.ok(openNote(treeOf(size).note + answer.body, log), "the note stays one that the log signed");
  }
});

test("tells what it has seen to who starts from another size, and cosigns nothing", async () => {
  await add(0, 300);
  for (const [from, size] of [
    [0, 300],
    [0, 400],
    [5, 400],
    [200, 250],
    [299, 300],
  ] as const) {
    const answer = await add(from, size);
    assert.deepEqual([answer.status, answer.type, answer.body], [409, "text/x.tlog.size", "300\n"]);
  }
});

test("refuses another history, at the same size, shorter, and longer", async () => {
  await add(0, 300);
  assert.equal((await add(300, 300, "other")).status, 409);
  assert.equal((await add(300, 400, "other")).status, 422);
  assert.equal((await add(300, 299)).status, 400);
  assert.equal((await add(300, 301)).status, 200);
});

test("refuses unknown logs, other keys, wrong proofs and malformed requests", async () => {
  const { note, text } = treeOf(5);
  const send = async (body: string): Promise<number> => (await witness.addCheckpoint(body)).status;
  assert.equal(await send(`old 0\n\n${note.replace(ORIGIN, "other.example/log")}`), 404);
  assert.equal(await send(`old 0\n\n${signNote(text, makeSigner())}`), 403);
  assert.equal(await send(`old 0\n\n${text}`), 403);
  assert.equal(await send(`old 0\n${EMPTY_ROOT.toString("base64")}\n\n${note}`), 422);
  for (const body of [
    "",
    "old 0\n",
    `old 00\n\n${note}`,
    `old -1\n\n${note}`,
    `old 1\nx\n\n${note}`,
    `old 9\n\n${note}`,
  ]) {
    assert.equal(await send(body), 400, body);
  }
  const lines = Array.from({ length: 64 }, () => `${EMPTY_ROOT.toString("base64")}\n`).join("");
  assert.equal(parseAddCheckpoint(`old 0\n${lines}\n${note}`), undefined);
  assert.equal((await add(0, 5)).status, 200);
});

test("of two requests at once from the same size, the second is told of the first", async () => {
  await add(0, 10);
  const answers = await Promise.all([add(10, 20), add(10, 15)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 409],
  );
});

test("remembers over a restart, and does not start on what it cannot read", async () => {
  await add(0, 300);
  witness = await openWitness();
  assert.equal((await add(0, 300)).status, 409);
  for (const text of ["{", `{"${ORIGIN}":{"size":"3"}}`]) {
    await writeFile(path, text);
    await assert.rejects(openWitness());
  }
});

test("cosigns nothing where it cannot remember", async () => {
  const { note } = treeOf(5);
  const full = { get: () => undefined, set: async () => await Promise.reject(new Error("disk full")) };
  const forgetful = createWitness({ key, logs: [log], state: full, clock: { now: () => NOW } });
  await assert.rejects(forgetful.addCheckpoint(`old 0\n\n${note}`), /disk full/);
});

test("a cosignature is for one text, one witness and one time", () => {
  const { text } = treeOf(5);
  const line = cosign(text, key, NOW);
  assert.deepEqual(openCosignature(line, text, key), NOW);
  assert.equal(openCosignature(line, treeOf(6).text, key), undefined);
  assert.equal(openCosignature(line, text, { ...key, name: "witness.example/w2" }), undefined);
  assert.equal(openCosignature(line, text, makeSigner(key.name)), undefined);
  const bytes = Buffer.from(line.split(" ")[2] ?? "", "base64");
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(openCosignature(`— ${key.name} ${changed.toString("base64")}`, text, key), undefined, `byte ${at}`);
  }
});

test("a witness's verifier key is told from a log's", () => {
  const told = cosignatureVerifierKey(key);
  assert.deepEqual(parseCosignatureVerifierKey(told), { name: key.name, publicKey: new Uint8Array(key.publicKey) });
  assert.equal(parseCosignatureVerifierKey(told.replace("+B", "+A")), undefined);
});
