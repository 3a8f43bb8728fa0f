/** Opens a listening socket, or says in one word why it cannot be opened. */
import { BlockList, isIP, isIPv6, type AddressInfo, type Server } from "node:net";
import { WardError } from "@ward/core";

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "port-in-use",
  EACCES: "port-not-permitted",
  EADDRNOTAVAIL: "address-not-available",
  ENOTFOUND: "host-unknown",
};

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Answers the port, which the system picked where `port` is 0. Throws `startup-failed` with `reason` and `port`. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(new WardError("startup-failed", { reason: REASONS[error.code ?? ""] ?? "cannot-listen", port, host }));
    };
    server.once("error", onError);
    server.listen({ port, host }, () => {
      server.off("error", onError);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return isIP(host) !== 0 && loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}
