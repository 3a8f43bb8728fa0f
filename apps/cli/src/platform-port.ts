/**
 * What the commands need of the node. `main.ts` passes `@ward/platform` itself; tests pass a small fake. It is loaded
 * when a command first needs it, so that `ward --help` answers without reading a database driver.
 */
import type * as platform from "@ward/platform";
import type { Finding, NodeOptions, WardNode, WardState } from "@ward/platform";

export interface Platform {
  startNode(options: NodeOptions): Promise<WardNode>;
  readonly ACCOUNTING_YEARS: number;
  readonly accountingHtml: typeof platform.accountingHtml;
  readonly accountingText: typeof platform.accountingText;
  readonly pathText: typeof platform.pathText;
  readonly checkAnswer: typeof platform.checkAnswer;
  openState(options: StateOptions): Promise<WardState>;
  startWitness: typeof platform.startWitness;
  diagnose(options: { readonly stateDir: string; readonly ports: readonly number[] }): Promise<readonly Finding[]>;
  /** Sends messages, as their bytes, in order over one connection; answers each one's acknowledgment. */
  sendMllp(target: MllpTarget, messages: readonly Uint8Array[]): Promise<readonly MllpAck[]>;
  /** Calls back with the changed paths, gathered over a moment. */
  watchApp(appDir: string, onChange: (paths: readonly string[]) => void): { close(): void | Promise<void> };
}

export interface StateOptions {
  readonly stateDir: string;
  readonly databaseUrl?: string;
  readonly passphrase?: string;
  readonly ledgerStore?: platform.LedgerStoreSettings;
}

export interface MllpTarget {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the receiver's certificate; absent means plain TCP. */
  readonly tls?: { readonly ca: string };
}

export interface MllpAck {
  /** MSA-1. */
  readonly code: string;
  /** ERR-3.1, HL7 table 0357. */
  readonly condition?: string;
  /** ERR-8. */
  readonly reason?: string;
}
