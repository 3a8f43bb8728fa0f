/**
 * `ward ledger witness`: a witness on its own machine, with a folder of its own that holds its key and what it has seen.
 * It speaks plain HTTP by default: cosignatures and checkpoints are public and signed; put TLS in front where the way is
 * long.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { assert, type Clock } from "@ward/core";
import type { NoteKey } from "../note.ts";
import { ADD_CHECKPOINT_BYTES_MAX } from "./add-checkpoint.ts";
import { type CosignatureKey, cosignatureVerifierKey } from "./cosignature.ts";
import { createWitness } from "./witness.ts";
import { openWitnessState } from "./witness-state.ts";

export interface WitnessServerOptions {
  /** Made where it is missing, with a key of its own. */
  readonly folder: string;
  /** The witness's key name. */
  readonly name: string;
  readonly logs: readonly NoteKey[];
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly clock: Clock;
}

export interface WitnessServer {
  readonly url: string;
  /** For those who are to trust it. */
  readonly verifierKey: string;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;

export async function startWitnessServer(options: WitnessServerOptions): Promise<WitnessServer> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const key = await openKey(join(options.folder, "witness-key.pem"), options.name);
  const state = await openWitnessState(join(options.folder, "seen.json"));
  const witness = createWitness({ key, logs: options.logs, state, clock: options.clock });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 8_192 }, (request, response) => {
    void (async () => {
      if (request.url !== "/add-checkpoint") return response.writeHead(404).end();
      if (request.method !== "POST") return response.writeHead(405, { allow: "POST" }).end();
      const body = await readBody(request);
      if (body === undefined) return response.writeHead(413, { connection: "close" }).end();
      const answer = await witness.addCheckpoint(body);
      return response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
    })().catch(() => response.headersSent || response.writeHead(500).end());
  });
  await new Promise<void>((ready, fail) => server.once("error", fail).listen(options.port, options.host, ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}/`,
    verifierKey: cosignatureVerifierKey(key),
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > ADD_CHECKPOINT_BYTES_MAX) return undefined;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function openKey(path: string, name: string): Promise<CosignatureKey> {
  const pem = (await readFile(path, "utf8").catch(absent)) ?? (await makeKey(path));
  const privateKey = createPrivateKey(pem);
  assert(privateKey.asymmetricKeyType === "ed25519", "a witness's key is an Ed25519 key");
  const publicKey = createPublicKey(pem).export({ format: "der", type: "spki" }).subarray(-32);
  return { name, publicKey, sign: (message) => sign(null, message, privateKey) };
}

/** Never in the place of one that is there. */
async function makeKey(path: string): Promise<string> {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(pem);
    await file.sync();
  } finally {
    await file.close();
  }
  return pem;
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
