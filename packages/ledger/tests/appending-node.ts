/** Appends and sequences without end, until its parent kills it. argv: connection as JSON, private key as PEM, first number, folder to publish to. */
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { systemClock } from "@ward/core";
import { connect } from "@ward/postgres";
import { makeEntries, ORIGIN } from "../src/fixtures.ts";
import { createLedger } from "../src/ledger.ts";
import { openDirectoryStore } from "../src/publication/directory-store.ts";

const [connection = "", pem = "", first = "0", folder] = process.argv.slice(2);
const key = createPrivateKey(pem);
const publicKey = createPublicKey(pem).export({ format: "der", type: "spki" }).subarray(-32);
const database = connect(JSON.parse(connection) as Parameters<typeof connect>[0]);
const signer = { name: ORIGIN, publicKey, sign: (message: Uint8Array) => sign(null, message, key) };
const log = createLedger({ database, clock: systemClock, signer });
const sequencer = log.startSequencer({ intervalMs: 1 });
if (folder !== undefined) {
  log.startPublisher(await openDirectoryStore(folder), { intervalMs: 1, historyIntervalMs: 0 });
}
for (let number = Number(first); ; number += 20) {
  await log.record(makeEntries(20, number));
  // Told to the parent only now: these entries were acknowledged.
  process.stdout.write(`${number + 20}\n`);
  await sequencer.flush();
}
