/** The node's admin API: a Unix socket in the run folder, for the CLI of the same user. It tells status and nothing else. */
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { WardError } from "@ward/core";
import type { FunctionLine } from "./contract.ts";

export interface AdminStatus {
  readonly pid: number;
  readonly https: string;
  readonly mllp: string;
  readonly functions: readonly FunctionLine[];
}

/** Listens at once, so that a second node on the same state folder finds out. `status` may change while the node starts. */
export async function serveAdminSocket(path: string, status: () => AdminStatus): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/status") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status()));
  });
  await new Promise<void>((settle, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => fail(new WardError("startup-failed", { reason: "admin-socket", code: error.code ?? "unknown" })));
    server.listen(path, settle);
  });
  server.unref();
  return server;
}
