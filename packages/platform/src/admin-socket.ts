/**
 * The node's admin API: a Unix socket in the run folder, which only the same user reaches. `GET /status` and
 * `POST /replay/<id>`, for the CLI.
 */
import { rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { asWardError, WardError } from "@ward/core";
import type { FunctionLine } from "./contract.ts";

export interface AdminStatus {
  readonly pid: number;
  readonly https: string;
  readonly mllp: string;
  readonly functions: readonly FunctionLine[];
}

export interface AdminPorts {
  status(): AdminStatus;
  replay(id: string): Promise<{ readonly ok: boolean; readonly text: string }>;
}

export interface AdminServer {
  close(): Promise<void>;
}

export async function serveAdminSocket(path: string, ports: AdminPorts): Promise<AdminServer> {
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    const id = /^\/replay\/([^/?]+)$/.exec(request.url ?? "")?.[1];
    if (request.method === "GET" && request.url === "/status") answer(response, 200, ports.status());
    else if (request.method === "POST" && id !== undefined) void replay(ports, decodeURIComponent(id), response);
    else answer(response, 404, {});
  });
  await new Promise<void>((settle, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      fail(new WardError("startup-failed", { reason: "admin-socket", code: error.code ?? "unknown" })),
    );
    server.listen(path, settle);
  });
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((settle) => server.close(() => settle()));
      rmSync(path, { force: true });
    },
  };
}

async function replay(ports: AdminPorts, id: string, response: ServerResponse): Promise<void> {
  try {
    answer(response, 200, await ports.replay(id));
  } catch (thrown) {
    const { code, kind } = asWardError(thrown);
    answer(response, kind.status, { ok: false, code, text: kind.publicMessage });
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
