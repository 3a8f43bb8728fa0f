/**
 * The small webhook receiver that an example app ships beside its functions, so that a first run shows a notification
 * arrive. It is the app's file (`sms-sink/main.ts`), runs in this process, and only in development.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";

export interface SmsSink {
  readonly url: string;
  /** What it received, in order. */
  readonly messages: readonly unknown[];
  close(): Promise<void>;
}

/** What the app's file exports. It rejects where the port is in use. */
type StartSmsSink = (options: { readonly port: number }) => Promise<Omit<SmsSink, "url"> & { readonly port: number }>;

/** The port that an app's egress grant names; SMS_SINK_PORT where it is another. */
const DEFAULT_PORT = 8090;

/** Undefined where the app has none, or its port is taken. */
export async function openSmsSink(
  appDir: string,
  { env, remark }: Pick<Cli, "env" | "remark">,
): Promise<SmsSink | undefined> {
  const file = join(appDir, "sms-sink", "main.ts");
  if (!existsSync(file)) return undefined;
  const module = (await import(pathToFileURL(file).href)) as { readonly startSmsSink?: StartSmsSink };
  if (typeof module.startSmsSink !== "function") {
    throw new CliError(`${file} doesn't export startSmsSink. Export it, or remove the file.`);
  }
  const port = Number(env["SMS_SINK_PORT"] ?? DEFAULT_PORT);
  try {
    const sink = await module.startSmsSink({ port });
    return { url: `http://localhost:${sink.port}`, messages: sink.messages, close: () => sink.close() };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EADDRINUSE") throw thrown;
    // Another node's sink, or one that somebody started by hand: the app's messages reach it there.
    remark(`Port ${port} is taken: the app's text messages go to what listens there.`);
    return undefined;
  }
}
