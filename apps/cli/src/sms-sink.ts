/**
 * The small webhook receiver that an example app ships beside its functions, so that a first run shows a notification
 * arrive. It is the app's file (`sms-sink/main.ts`), runs in this process, and only in development.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "./explain-error.ts";

export interface SinkMessage {
  readonly to: string;
  readonly text: string;
  readonly link?: string;
  /** RFC 3339. */
  readonly at: string;
  /** Trace id of the act that caused it, where the app passes it on. */
  readonly trace?: string;
}

export interface SmsSink {
  readonly url: string;
  readonly messages: readonly SinkMessage[];
  close(): Promise<void>;
}

type StartSmsSink = (options: { readonly port?: number }) => Promise<SmsSink>;

/** Undefined where the app has none. */
export async function openSmsSink(appDir: string): Promise<SmsSink | undefined> {
  const file = join(appDir, "sms-sink", "main.ts");
  if (!existsSync(file)) return undefined;
  const module = (await import(pathToFileURL(file).href)) as { readonly startSmsSink?: StartSmsSink };
  if (typeof module.startSmsSink !== "function") {
    throw new CliError(`${file} doesn't export startSmsSink. Export it, or remove the file.`);
  }
  return module.startSmsSink({});
}
