/**
 * Writers that load a node over HTTPS and remember what they asked and what they were told. Each writes to records of
 * its own, one request at a time, so that a kill leaves at most one question open for each of them.
 */
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:https";
import type { WardProcess } from "../ward-process.ts";

/** What one version of a record holds: the mark that its request put there, or that it was deleted. */
export type Mark = string;
export const DELETED = "deleted";

export interface Write {
  readonly trace: string;
  readonly action: "fhir.create" | "fhir.update" | "fhir.delete";
  /** A record it changes; undefined for what it creates. */
  readonly record?: Remembered;
  /** One for each record it writes. */
  readonly marks: readonly Mark[];
  /** Undefined where the connection ended before an answer came. */
  readonly status?: number;
}

export interface Remembered {
  /** `Patient/<id>` */
  readonly place: string;
  /** Acknowledged versions, oldest first. */
  readonly versions: Mark[];
}

export interface Memory {
  readonly records: Remembered[];
  readonly acknowledged: Write[];
  /** Without an answer: done whole, or not at all. */
  readonly open: Write[];
}

export function newMemory(): Memory {
  return { records: [], acknowledged: [], open: [] };
}

/** Writes until the node dies, or `isOver`. */
export async function writeUntilDead(
  ward: WardProcess,
  ca: string,
  token: string,
  memory: Memory,
  isOver: () => boolean,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const own: Remembered[] = [];
  try {
    for (let turn = 0; !isOver(); turn += 1) {
      const record = own.at(-1);
      const step = turn % 6;
      if (step === 0 || record === undefined) await create(own);
      else if (step === 3) await transact(own);
      else if (step === 5 && record.versions.at(-1) !== DELETED) await erase(record);
      else if (record.versions.at(-1) !== DELETED) await update(record);
    }
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  } finally {
    agent.destroy();
  }

  async function create(into: Remembered[]): Promise<void> {
    const mark = newMark();
    const write = { trace: newTrace(), action: "fhir.create", marks: [mark] } as const;
    const { location } = await ask(write, "POST", "Patient", patientOf(mark), 201);
    remember(into, placeOf(location ?? ""), mark);
  }

  async function update(record: Remembered): Promise<void> {
    const mark = newMark();
    const write = { trace: newTrace(), action: "fhir.update", record, marks: [mark] } as const;
    await ask(write, "PUT", record.place, { ...patientOf(mark), id: record.place.split("/")[1] }, 200);
    record.versions.push(mark);
  }

  async function erase(record: Remembered): Promise<void> {
    const write = { trace: newTrace(), action: "fhir.delete", record, marks: [DELETED] } as const;
    await ask(write, "DELETE", record.place, undefined, 204);
    record.versions.push(DELETED);
  }

  async function transact(into: Remembered[]): Promise<void> {
    const marks = [newMark(), newMark(), newMark()];
    const write = { trace: newTrace(), action: "fhir.create", marks } as const;
    const entry = marks.map((mark) => ({ resource: patientOf(mark), request: { method: "POST", url: "Patient" } }));
    const { body } = await ask(write, "POST", "", { resourceType: "Bundle", type: "transaction", entry }, 200);
    const answered = JSON.parse(body) as {
      readonly entry: readonly { readonly response: { readonly location: string } }[];
    };
    for (const [at, mark] of marks.entries())
      remember(into, placeOf(answered.entry[at]?.response.location ?? ""), mark);
  }

  function remember(into: Remembered[], place: string, mark: Mark): void {
    const record = { place, versions: [mark] };
    into.push(record);
    memory.records.push(record);
  }

  async function ask(
    write: Write,
    method: string,
    path: string,
    body: object | undefined,
    expected: number,
  ): Promise<Answered> {
    const answered = await send(ward.httpsPort, { method, path, token, agent, trace: write.trace, body }).catch(
      () => undefined,
    );
    if (answered === undefined || answered.status >= 500) {
      // A 5xx of a dying node promises nothing either way.
      memory.open.push(answered === undefined ? write : { ...write, status: answered.status });
      throw new Died();
    }
    if (answered.status !== expected)
      throw new Error(`${method} ${path} was answered ${answered.status}: ${answered.body}`);
    memory.acknowledged.push({ ...write, status: answered.status });
    return answered;
  }
}

class Died extends Error {}

interface Answered {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly agent: Agent;
  readonly trace: string;
  readonly body?: object | undefined;
}

/** Rejects where the connection ends before the whole answer came. */
export async function send(port: number, { method, path, token, agent, trace, body }: Sent): Promise<Answered> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "localhost",
        port,
        agent,
        method,
        path: `/fhir/R4/${path}`.replace(/\/$/, ""),
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/fhir+json",
          traceparent: `00-${trace}-00f067aa0ba902b7-01`,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("aborted")));
        response.on("end", () => {
          if (!response.complete) return reject(new Error("cut short"));
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location,
            body: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function patientOf(mark: Mark): object {
  return { resourceType: "Patient", identifier: [{ system: "urn:mark", value: mark }], name: [{ family: "Load" }] };
}

function placeOf(location: string): string {
  return /(Patient\/[^/]+)\/_history/.exec(location)?.[1] ?? "";
}

function newMark(): Mark {
  return `mark-${randomBytes(12).toString("hex")}`;
}

function newTrace(): string {
  return randomBytes(16).toString("hex");
}
