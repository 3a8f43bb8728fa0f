/**
 * Batches over HTTPS: one POST of JSON lines (`{"index":…,"entry":…}`), taken when the answer is 2xx. The headers
 * `ward-first-index` and `ward-next-index` let a receiver drop what it has. No redirect is followed.
 */
import { request } from "node:https";
import { rootCertificates } from "node:tls";
import { WardError } from "@ward/core";
import { exportLine } from "../export/export-entries.ts";
import { SINK_IDLE_MS, type FeedSink, type SinkOptions } from "./feed-sink.ts";

export function httpsSink(url: string, { origin, ca, idleMs = SINK_IDLE_MS }: SinkOptions): FeedSink {
  const { host } = new URL(url);
  return {
    async deliver(entries, signal) {
      const first = entries[0]?.index ?? 0;
      const body = Buffer.from(entries.map((one) => `${exportLine(one, "jsonl", origin)}\n`).join(""));
      await new Promise<void>((resolve, reject) => {
        const fail = (reason: string): void => {
          posting.destroy();
          reject(new WardError("egress-failed", { host, reason }));
        };
        const headers = {
          "content-type": "application/x-ndjson",
          "content-length": body.length,
          "ward-log": origin,
          "ward-first-index": first,
          "ward-next-index": (entries.at(-1)?.index ?? first) + 1,
        };
        const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
        const posting = request(url, { method: "POST", headers, agent: false, signal, ...trusted });
        posting.setTimeout(idleMs, () => fail("timeout"));
        posting.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "connection"));
        posting.once("response", (response) => {
          const { statusCode = 0 } = response;
          response.resume();
          response.once("close", () => {
            if (response.complete && statusCode >= 200 && statusCode < 300) resolve();
            else fail(`status-${statusCode}`);
          });
        });
        posting.end(body);
      });
    },
  };
}
