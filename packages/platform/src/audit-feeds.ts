/** The live feeds that the app's configuration names: started, and after a reload stopped or started where it changed. */
import { asWardError, type AppConfig, type AuditFeed } from "@ward/core";
import { httpsSink, startFeed, syslogSink, type Feed, type FeedSink } from "@ward/ledger";
import type { NodeEvent } from "./contract.ts";
import type { Foundation } from "./foundation.ts";

export interface AuditFeeds {
  follow(config: Pick<AppConfig, "auditFeeds">): void;
  close(): Promise<void>;
}

export interface AuditFeedOptions {
  /** PEM of an authority trusted besides the system's. */
  readonly ca?: string;
  readonly intervalMs?: number;
}

export function openAuditFeeds(
  { database, vault }: Pick<Foundation, "database" | "vault">,
  tell: (event: NodeEvent) => void,
  { ca, intervalMs }: AuditFeedOptions = {},
): AuditFeeds {
  const running = new Map<string, Feed>();
  const stopped: Promise<void>[] = [];
  const sinkOptions = { origin: vault.ledgerSigner.name, ...(ca === undefined ? {} : { ca }) };
  const sinkOf = (feed: AuditFeed): FeedSink =>
    feed.kind === "https" ? httpsSink(feed.url, sinkOptions) : syslogSink(feed.host, feed.port, sinkOptions);
  return {
    follow({ auditFeeds = [] }) {
      const wanted = new Map(auditFeeds.map((feed) => [nameOf(feed), feed]));
      for (const [name, feed] of running) {
        if (wanted.has(name)) continue;
        running.delete(name);
        stopped.push(feed.stop());
      }
      for (const [name, feed] of wanted) {
        if (running.has(name)) continue;
        const onError = (error: unknown): void =>
          tell({ kind: "failure", code: asWardError(error).code, where: `audit feed ${name}` });
        const every = intervalMs === undefined ? {} : { intervalMs };
        running.set(name, startFeed({ database, name, sink: sinkOf(feed), onError, ...every }));
      }
    },
    async close() {
      const feeds = [...running.values()];
      running.clear();
      await Promise.all([...stopped, ...feeds.map(async (feed) => await feed.stop())]);
    },
  };
}

function nameOf(feed: AuditFeed): string {
  return feed.kind === "https" ? feed.url : `syslog:${feed.host}:${feed.port}`;
}
