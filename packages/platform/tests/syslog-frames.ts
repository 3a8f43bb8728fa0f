/** A receiver's reading of octet-counted frames (RFC 5425 section 4.3), written apart from what sends them. */
import type { TLSSocket } from "node:tls";

/** Calls back with the `index` of each whole message. */
export function readFrames(socket: TLSSocket, onIndex: (index: number) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      const space = rest.indexOf(" ");
      const end = space + 1 + Number(rest.subarray(0, Math.max(0, space)).toString());
      if (space < 0 || rest.length < end) return;
      const message = rest.subarray(space + 1, end).toString("utf8");
      onIndex(Number(/ index="(\d+)"/.exec(message)?.[1]));
      rest = rest.subarray(end);
    }
  });
}
