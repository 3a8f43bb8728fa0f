/** A witness in a process of its own. argv: folder, the log's verifier key, port. Says URL and verifier key on stdout. */
import { systemClock } from "@ward/core";
import { parseVerifierKey } from "../src/verifier-key.ts";
import { startWitnessServer } from "../src/witness/witness-server.ts";

const [folder = "", logKey = "", port = "0"] = process.argv.slice(2);
const log = parseVerifierKey(logKey);
if (!log) throw new Error("no verifier key");
const server = await startWitnessServer({
  folder,
  name: "witness.example/w1",
  logs: [log],
  host: "127.0.0.1",
  port: Number(port),
  clock: systemClock,
});
process.stdout.write(`${JSON.stringify({ url: server.url, verifierKey: server.verifierKey })}\n`);
