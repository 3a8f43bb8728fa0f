/**
 * The one way out of an instance: an HTTP server on its out-socket that hands requests to the handler made for this
 * release and refuses everything else.
 */
import { chmodSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { OutboundHandler } from "@ward/runtime";

const REFUSAL = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** Refuses all: for bundles that are only evaluated. */
export const refuseOutbound: OutboundHandler = {
  request(_request, response) {
    response.writeHead(403, { "Content-Length": 0 }).end();
  },
  refused() {},
};

export async function listenOut(path: string, outbound: OutboundHandler): Promise<Server> {
  const server = createServer({
    // An absolute-form request names its host in the request line alone.
    requireHostHeader: false,
    // An idle connection must not be closed just as the instance uses it again; it ends with the instance.
    keepAliveTimeout: 0,
    requestTimeout: 0,
  });
  const refuse = (what: "connect" | "upgrade" | "malformed", socket: Duplex): void => {
    outbound.refused(what);
    socket.on("error", () => {});
    socket.end(REFUSAL);
  };
  server.on("request", (request, response) => outbound.request(request, response));
  server.on("connect", (_request, socket) => refuse("connect", socket));
  server.on("upgrade", (_request, socket) => refuse("upgrade", socket));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith("HPE_") === true) refuse("malformed", socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  // The instance has another uid; the directories above are closed to everybody else.
  chmodSync(path, 0o666);
  return server;
}
