/**
 * A whole node in a process of its own: embedded PostgreSQL with durable commits, ledger, door and gateway, over plain
 * HTTP on loopback. Tells one line of JSON when it is ready, and ends with its standard input.
 */
import { startNode } from "@ward/platform";

export interface ServerLine {
  readonly port: number;
  readonly token: string;
  readonly startedInMs: number;
}

const [stateDir = ""] = process.argv.slice(2);
const started = performance.now();
const node = await startNode({
  appDir: new URL("../conformance/fhir/app", import.meta.url).pathname,
  stateDir,
  host: "127.0.0.1",
  httpsPort: 0,
  httpPlain: true,
  mllpPort: 0,
  mllpTls: true,
  development: true,
  onEvent: (event) => {
    if (event.kind === "failure") console.error(`${event.code} in ${event.where}`);
  },
});
const principal = { kind: "person", id: "load", roles: ["tester"] } as const;
const line: ServerLine = {
  port: node.httpsPort,
  token: await node.state.issueToken(principal, "TREAT", 24 * 60),
  startedInMs: performance.now() - started,
};
console.log(JSON.stringify(line));
process.stdin.resume();
process.stdin.once("end", () => {
  void node.close().then(() => process.exit(0));
});
