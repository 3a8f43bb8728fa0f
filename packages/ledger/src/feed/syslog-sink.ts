/**
 * Syslog over TLS (RFC 5425). Syslog acknowledges nothing, so a written byte proves nothing: it may lie in a buffer of a
 * receiver that is dead. Therefore each batch has a connection of its own and ends it first, as RFC 5425 section 4.4
 * wants; only when the receiver closes in turn, after it read to our end, is the batch delivered. A receiver that dies
 * with bytes unread resets the connection instead.
 */
import { rootCertificates, connect } from "node:tls";
import { WardError } from "@ward/core";
import { SINK_IDLE_MS, type FeedSink, type SinkOptions } from "./feed-sink.ts";
import { syslogFrame } from "./syslog-message.ts";

export function syslogSink(host: string, port: number, options: SinkOptions): FeedSink {
  const { origin, ca, idleMs = SINK_IDLE_MS } = options;
  return {
    async deliver(entries, signal) {
      const bytes = Buffer.concat(entries.map((one) => syslogFrame(one, origin)));
      await new Promise<void>((resolve, reject) => {
        const fail = (reason: string): void => {
          socket.destroy();
          reject(new WardError("egress-failed", { host, reason }));
        };
        const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
        const socket = connect({ host, port, servername: host, minVersion: "TLSv1.2", ...trusted });
        const abort = (): void => fail("stopped");
        signal.addEventListener("abort", abort, { once: true });
        let hasEnded = false;
        let heardEnd = false;
        socket.setTimeout(idleMs, () => fail("timeout"));
        socket.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "connection"));
        socket.once("finish", () => (hasEnded = true));
        socket.once("end", () => (heardEnd = hasEnded));
        socket.once("close", () => {
          signal.removeEventListener("abort", abort);
          if (heardEnd) resolve();
          else fail("closed-early");
        });
        socket.once("secureConnect", () => socket.end(bytes));
        // Whatever a receiver says: it must be read, or its end is never seen.
        socket.resume();
        if (signal.aborted) abort();
      });
    },
  };
}
