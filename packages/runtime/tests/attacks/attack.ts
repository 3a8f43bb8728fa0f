/** What every attack here needs: a hostile function, a host that must hear nothing of it, and the ledger's word on it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { AuditEntry } from "@ward/core";
import {
  callFunction,
  startRuntime,
  type FixtureOptions,
  type FunctionUnderTest,
} from "../../src/testing/runtime-fixture.ts";

export { closeTestDatabase } from "../../src/testing/runtime-fixture.ts";

export interface AttackResult {
  /** What the handler answered. */
  readonly seen: unknown;
  /** Entries of refused acts, in short: `egress.send address-literal ungranted`. */
  readonly refused: readonly string[];
  readonly entries: readonly AuditEntry[];
}

/** Runs a hostile function once, beside an innocent one named `victim`. */
export async function attack(
  t: TestContext,
  attacker: FunctionUnderTest,
  options: FixtureOptions = {},
): Promise<AttackResult> {
  const victim: FunctionUnderTest = {
    grants: { fhir: ["Patient.create"], secrets: ["vendor-key"] },
    handle: () => Promise.resolve(),
  };
  const fixture = await startRuntime({ attacker, victim }, options);
  t.after(fixture.close);
  const seen = await callFunction(fixture.runtime, "attacker");
  await fixture.runtime.close();
  const entries = await fixture.entries();
  const refused = entries
    .filter(({ decision }) => decision === "deny")
    .map(({ action, reason, host }) => [action, reason, host].filter((part) => part !== undefined).join(" "));
  return { seen, refused, entries };
}

export interface Listener {
  /** `localhost:<port>`. */
  readonly host: string;
  readonly port: number;
  /** What arrived: method, path, headers and body in one text each. */
  readonly heard: readonly string[];
}

/** A host outside Ward. */
export async function listen(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.end("ok"),
): Promise<Listener> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const head = `${request.method} ${request.url} ${JSON.stringify(request.headers)}`;
      heard.push(`${head} ${Buffer.concat(chunks).toString("latin1")}`);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { host: `localhost:${port}`, port, heard };
}
