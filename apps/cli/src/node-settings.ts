/** Options and environment → what the platform is given. The environment is read here and nowhere else. */
import { join, resolve } from "node:path";
import type { NodeOptions } from "@ward/platform";
import type { Cli } from "./cli.ts";
import { CliError } from "./explain-error.ts";
import type { StateOptions } from "./platform-port.ts";

export const DEFAULT_PORTS = { https: 8443, mllp: 2575 } as const;

export interface StateFlags {
  readonly stateDir?: string;
  readonly databaseUrl?: string;
}

export interface NodeFlags extends StateFlags {
  readonly app: string;
  readonly host: string;
  readonly port?: number;
  readonly mllpPort?: number;
  readonly mllpPlain?: boolean;
  readonly production?: boolean;
}

export interface StartFlags extends NodeFlags {
  readonly once?: boolean;
  readonly messages?: string;
}

export function stateSettings(cli: Cli, flags: StateFlags): StateOptions {
  const databaseUrl = flags.databaseUrl ?? cli.env["DATABASE_URL"];
  const passphrase = cli.env["WARD_PASSPHRASE"];
  return {
    stateDir: stateDirOf(cli, flags),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(passphrase ? { passphrase } : {}),
    ...ledgerStoreOf(cli),
  };
}

/** A folder, or a bucket with the usual variables' credentials. */
function ledgerStoreOf({ env, cwd }: Cli): Pick<StateOptions, "ledgerStore"> {
  const place = env["WARD_LEDGER_STORE"];
  if (!place) return {};
  if (!/^https?:\/\//.test(place)) return { ledgerStore: { place: resolve(cwd, place) } };
  const [region, accessKeyId, secretAccessKey, sessionToken] = [
    env["AWS_REGION"],
    env["AWS_ACCESS_KEY_ID"],
    env["AWS_SECRET_ACCESS_KEY"],
    env["AWS_SESSION_TOKEN"],
  ];
  if (!region || !accessKeyId || !secretAccessKey) {
    throw new CliError(
      "The ledger's bucket needs credentials. Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  }
  const session = sessionToken ? { sessionToken } : {};
  return { ledgerStore: { place, s3: { region, accessKeyId, secretAccessKey, ...session } } };
}

export function nodeSettings(cli: Cli, flags: NodeFlags, ports: { https: number; mllp: number }): NodeOptions {
  const state = stateSettings(cli, flags);
  const development = isDevelopment(cli, flags);
  if (!development && !state.passphrase) {
    throw new CliError("Production needs a passphrase that seals the root key. Set WARD_PASSPHRASE and start again.");
  }
  return {
    ...state,
    appDir: resolve(cli.cwd, flags.app),
    host: flags.host,
    httpsPort: flags.port ?? ports.https,
    mllpPort: flags.mllpPort ?? ports.mllp,
    mllpTls: !flags.mllpPlain,
    development,
    witnesses: (cli.env["WARD_LEDGER_WITNESSES"] ?? "").split(",").filter((line) => line.trim() !== ""),
  };
}

export function isDevelopment(cli: Cli, flags: NodeFlags): boolean {
  return !flags.production && cli.env["NODE_ENV"] !== "production";
}

export function stateDirOf(cli: Cli, flags: StateFlags): string {
  return resolve(cli.cwd, flags.stateDir ?? cli.env["WARD_STATE_DIR"] ?? ".ward");
}

/** Where a node keeps the certificate of its local CA, for clients to trust. */
export function caFileOf(stateDir: string): string {
  return join(stateDir, "tls", "ca.pem");
}
