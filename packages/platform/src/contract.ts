/** What the CLI, the bench and the whole-node tests call. Only this package wires rooms together. */
import type { AuditEntry, Principal, PurposeOfUse, WardError } from "@ward/core";
import type {
  AnswerVerdict,
  Disclosure,
  ExportFormat,
  ExportPage,
  Question,
  Retention,
  Touch,
  TracePath,
} from "@ward/ledger";
import type { LedgerStoreSettings } from "./ledger-store.ts";

export interface NodeOptions {
  /** Folder of the app: `ward.config.ts`, `functions/`, `policies/`. */
  readonly appDir: string;
  /** Where state lives: keys, certificates, the embedded database. Made with mode 0700 where it does not exist. */
  readonly stateDir: string;
  readonly host: string;
  /** 0 picks a free port. */
  readonly httpsPort: number;
  /** HTTP without TLS, for a measurement or a proxy on this machine; refused on anything but loopback. */
  readonly httpPlain?: boolean;
  readonly mllpPort: number;
  /** MLLP over TLS with the local CA; plain MLLP is refused on anything but loopback. */
  readonly mllpTls: boolean;
  /** PostgreSQL 15 or later; absent means the embedded server. */
  readonly databaseUrl?: string;
  /** Seals the root key file; absent means the development form, which `onEvent` says aloud. */
  readonly passphrase?: string;
  /** Where the ledger is published; `ledger/` in the state folder where absent. */
  readonly ledgerStore?: LedgerStoreSettings;
  /** Who cosigns the ledger's checkpoints, each as `verifier-key URL`. */
  readonly witnesses?: readonly string[];
  /** Acts stop when their entries have waited so long to be published; five minutes where absent. */
  readonly ledgerMaxLagMs?: number;
  /** Development: egress to granted loopback hosts is allowed. */
  readonly development: boolean;
  readonly onEvent?: (event: NodeEvent) => void;
}

/** What a node tells the person who started it. Never PHI: names, counts, codes, places. */
export type NodeEvent =
  | { readonly kind: "step"; readonly what: string; readonly ms: number }
  | { readonly kind: "notice"; readonly text: string }
  | {
      readonly kind: "request";
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly ms: number;
      readonly trace: string;
    }
  | {
      readonly kind: "message";
      readonly type: string;
      readonly ack: string;
      readonly condition?: string;
      /** What committed: `DiagnosticReport` → 1. */
      readonly filed?: Readonly<Record<string, number>>;
      /** The message was filed before, so nothing was filed for it. */
      readonly duplicate?: boolean;
      readonly ms: number;
      readonly trace: string;
    }
  /** A handler threw: the error's class and places in the app's files. */
  | {
      readonly kind: "fault";
      readonly function: string;
      readonly name: string;
      readonly at: readonly string[];
      readonly trace: string;
    }
  /** `ctx.log` of a function: numbers and booleans only. */
  | {
      readonly kind: "log";
      readonly function: string;
      readonly event: string;
      readonly fields: Readonly<Record<string, number | boolean>>;
      readonly trace: string;
    }
  | { readonly kind: "failure"; readonly code: string; readonly where: string; readonly trace?: string };

export interface WardNode {
  readonly urls: { readonly https: string; readonly mllp: string };
  readonly httpsPort: number;
  readonly mllpPort: number;
  /** PEM of the local CA, for clients. */
  readonly caPem: string;
  readonly pid: number;
  /** Resolves when no delivery is waiting or running and every ledger entry is under a checkpoint. */
  settled(timeoutMs: number): Promise<void>;
  readonly state: WardState;
  /** Loads the app again and lets new invocations use it: `ward dev`. */
  reload(): Promise<readonly FunctionLine[]>;
  functions(): readonly FunctionLine[];
  /** Settles with the reason where the node cannot go on, and is to be closed; never settles otherwise. */
  readonly lost: Promise<WardError>;
  /** Finishes what is in work, stops every child process, and returns when nothing is left. */
  close(): Promise<void>;
}

export interface FunctionLine {
  readonly name: string;
  readonly trigger: string;
  readonly release: string;
  readonly instances: number;
  readonly invocations: number;
  readonly failures: number;
}

/** The database and keys of one state folder, with or without a running node. */
export interface WardState {
  verifyLedger(onProgress?: (done: number, total: number) => void): Promise<LedgerReport>;
  /** How many ledger entries the acts of one trace left; with `only`, of those with this action and outcome. */
  countEntries(traceId: string, only?: Pick<AuditEntry, "action" | "outcome">): Promise<number>;
  /** The auditor's questions; each is itself recorded before it is answered. */
  audit: {
    /** Throws `not-found` and `multiple-matches` for a patient that is none or not one, `not-found` for no such entry. */
    ask(inquiry: Inquiry): Promise<InquiryAnswer>;
    /** Entries as lines, oldest first. */
    export(format: ExportFormat, range: { readonly since?: string; readonly from?: number }): AsyncIterable<ExportPage>;
    /** This log's verifier key (C2SP): what an auditor checks answers with. */
    readonly verifierKey: string;
  };
  ledgerKeys: {
    /** Makes the next signing key and answers its verifier key; both sign once every node was started again. */
    rotate(): Promise<string>;
    /** Ends the former key; false where no change is under way. Throws `invalid-request` where the next has not signed yet. */
    finish(): Promise<boolean>;
  };
  /** Legal holds and pruning of the ledger. */
  retention: Retention;
  events: {
    list(): Promise<readonly EventLine[]>;
    /** Answers what happened; a delivery is put back into the queue and runs on the next free node. */
    replay(id: string): Promise<{ readonly ok: boolean; readonly text: string }>;
  };
  functions(): Promise<readonly FunctionLine[]>;
  issueToken(principal: Principal, purpose: PurposeOfUse, expiresInMinutes: number): Promise<string>;
  putSecret(name: string, value: string): Promise<void>;
  close(): Promise<void>;
}

/** `patient`: a Patient id or an identifier (`MRN` or `system|MRN`). Times are RFC 3339 in UTC with milliseconds. */
export type Inquiry =
  | {
      readonly kind: "who-touched" | "accounting";
      readonly patient: string;
      readonly since?: string;
      readonly until?: string;
    }
  | { readonly kind: "what-did"; readonly principal: string; readonly since?: string; readonly until?: string }
  | { readonly kind: "why"; readonly index: number }
  | { readonly kind: "refused" | "changes"; readonly since?: string; readonly until?: string };

export interface InquiryAnswer {
  readonly question: Question;
  readonly origin: string;
  /** Entries that the log had when it was asked. */
  readonly size: number;
  readonly hasMore: boolean;
  readonly entries: readonly { readonly index: number; readonly entry: AuditEntry }[];
  readonly paths: readonly TracePath[];
  /** For `who-touched`. */
  readonly touches: readonly Touch[];
  /** For `accounting`, exempt ones included. */
  readonly disclosures: readonly Disclosure[];
  /** The answer as a file that verifies offline. */
  readonly prove: () => Promise<string>;
}

export type { AnswerVerdict, Disclosure, ExportFormat, Question, Touch, TracePath };

export type LedgerReport =
  | {
      readonly ok: true;
      readonly entries: number;
      readonly checkpoint: string;
      /** How many entries are compared with what was published outside the database. */
      readonly published?: number;
      /** Entries below this index were pruned. */
      readonly minimum?: number;
      /** The log's verifier key (C2SP signed-note), for others' tools and for witnesses. */
      readonly key?: string;
    }
  | {
      readonly ok: false;
      readonly entries: number;
      readonly problem: string;
      readonly index?: number;
      /** The published object in question. */
      readonly path?: string;
      /** Tells kinds of problems apart for scripts. */
      readonly exitStatus?: number;
    };

/** A quarantined message or a delivery that used up its attempts. No PHI. */
export interface EventLine {
  readonly id: string;
  readonly kind: "message" | "delivery";
  readonly function: string;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
  readonly attempts: number;
  readonly state: "quarantined" | "failed" | "resolved" | "pending" | "delivered";
}

export interface Finding {
  readonly what: string;
  readonly verdict: "ok" | "weak" | "missing";
  /** What was seen, and for `weak` and `missing` what to do. */
  readonly explanation: string;
}
