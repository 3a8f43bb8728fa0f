/**
 * The node that all attacks share, with `tests/apps/hostile` on it: how to call its functions, ask its FHIR server, and
 * read its ledger. It holds one patient, whose values no attack may get out.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import type { AuditEntry, Principal, PurposeOfUse } from "@ward/core";
import { connect } from "@ward/postgres";
import { startTestNode, type TestNode } from "../whole-node.ts";

export interface AttackedNode extends TestNode {
  /** The patient whom the attackers are after. */
  readonly patient: CanaryPatient;
  /** `socket`: the folder of its Unix socket, as somebody who has seen the machine would know it. */
  readonly database: { readonly socket: string };
  /** Calls a function as anybody, or with a token. */
  call(route: string, options?: CallOptions): Promise<HttpAnswer>;
  /** `path` below `/fhir/R4/`. */
  fhir(path: string, options?: CallOptions): Promise<HttpAnswer>;
  /** An `Authorization` header. */
  token(principal: Principal, purpose: PurposeOfUse): Promise<string>;
  /** Done before the attack: its entries are not the attack's. */
  prepare<T>(work: () => Promise<T>): Promise<T>;
  /** How many of the ledger's first entries are not the attack's. */
  readonly preparedEntries: number;
  /** Entries from `index` on, in the order of the ledger. */
  entriesFrom(index: number): Promise<readonly AuditEntry[]>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly authorization?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Undefined where the answer is not JSON. */
  readonly json: unknown;
}

export interface CanaryPatient {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  readonly mrn: string;
  readonly birthDate: string;
}

export const CLINICIAN: Principal = { kind: "person", id: "dr-okafor", roles: ["clinician"] };
const HOSTILE = new URL("../apps/hostile", import.meta.url).pathname;
const CANARY = { family: "Zvonareva-Quill", given: "Wilhelmina", mrn: "MRN88231907", birthDate: "1961-03-14" };

export async function startAttackedNode(): Promise<AttackedNode> {
  const ward = await startTestNode({ appDir: HOSTILE });
  try {
    const { node, stateDir } = ward;
    const socket = (await readFile(join(stateDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[4] ?? "";
    const password = (await readFile(join(stateDir, "postgres.password"), "utf8")).trim();
    const database = connect({ host: socket, user: "ward", password, database: "ward" });
    const send = (path: string, options: CallOptions = {}) => sendHttps(ward, path, options);
    const token = async (principal: Principal, purpose: PurposeOfUse) =>
      `Bearer ${await node.state.issueToken(principal, purpose, 5)}`;
    const entriesFrom = async (index: number) => {
      await node.settled(10_000);
      const rows = await database.query<{ body: Buffer }>(
        "select body from ledger.entry where index >= $1 order by index",
        [index],
      );
      return rows.map(({ body }) => JSON.parse(body.toString("utf8")) as AuditEntry);
    };
    const authorization = await token(CLINICIAN, "TREAT");
    const id = await registerPatient((body) => send("/fhir/R4/Patient", { method: "POST", body, authorization }));
    let preparedEntries = (await entriesFrom(0)).length;
    return {
      ...ward,
      patient: { id, ...CANARY },
      database: { socket },
      call: (route, options) => send(`/fn/${route}`, { method: "POST", ...options }),
      fhir: (path, options) => send(`/fhir/R4/${path}`, options),
      token,
      async prepare(work) {
        const value = await work();
        preparedEntries = (await entriesFrom(0)).length;
        return value;
      },
      get preparedEntries() {
        return preparedEntries;
      },
      entriesFrom,
      async close() {
        await database.close();
        await ward.close();
      },
    };
  } catch (error) {
    await ward.close();
    throw error;
  }
}

async function registerPatient(create: (body: object) => Promise<HttpAnswer>): Promise<string> {
  const { status, json } = await create({
    resourceType: "Patient",
    identifier: [{ system: "urn:oid:2.16.840.1.113883.19.5", value: CANARY.mrn }],
    name: [{ family: CANARY.family, given: [CANARY.given] }],
    birthDate: CANARY.birthDate,
  });
  assert.equal(status, 201, "the patient was registered");
  return (json as { id: string }).id;
}

function sendHttps({ node }: TestNode, path: string, options: CallOptions): Promise<HttpAnswer> {
  const { method = "GET", body, authorization } = options;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port: node.httpsPort,
        servername: "localhost",
        ca: node.caPem,
        method,
        path,
        headers: {
          host: "localhost",
          ...(authorization === undefined ? {} : { authorization }),
          ...(payload === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, json: parse(text) }));
        response.on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
