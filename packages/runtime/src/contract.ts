/** Runtime's two faces: the port that an isolate adapter fulfils, and what the gateway, the CLI and platform call. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  AppConfig,
  Caller,
  Clock,
  Database,
  ErrorCode,
  FhirAnswer,
  FhirCall,
  FunctionManifest,
  HttpTriggerRequest,
  HttpTriggerResponse,
  InvokeRequest,
  InvokeResponse,
  Principal,
  PurposeOfUse,
  Transaction,
} from "@ward/core";
import type { Door } from "@ward/access";
import type { Vault } from "@ward/vault";

/** One signed, immutable build of one function. */
export interface FunctionRelease {
  /** `sha256:<hex>` over bundle and manifest. */
  readonly digest: string;
  readonly manifest: FunctionManifest;
  /** One ES module, everything inlined; its default export answers the wire protocol (`@ward/core` wire.ts). */
  readonly bundle: string;
  /** Source Map v3 of the bundle, for `locateFault`; never handed to an isolate. */
  readonly sourceMap?: string;
}

/** Runs instances. MUST confine each to its two sockets; MUST enforce `limits`; MUST let no child outlive the node. */
export interface InstanceHost {
  /** Starts one confined process and resolves when it answers. Throws `function-unavailable`. */
  start(release: FunctionRelease, outbound: OutboundHandler): Promise<Instance>;
  /** Evaluates a bundle with no bindings and no limits but the defaults, and answers `GET /manifest` as parsed JSON. */
  evaluate(bundle: string): Promise<unknown>;
  /** Stops all instances and removes what was made for them. */
  close(): Promise<void>;
  /** What confinement this machine gives. */
  readonly confinement: Confinement;
}

export interface Confinement {
  /** `root`: namespaces made with root's power and a user of its own; `user`: an unprivileged user namespace; `none`: the platform lacks them. */
  readonly mode: "root" | "user" | "none";
  readonly namespaces: readonly ("user" | "network" | "mount" | "pid" | "ipc")[];
  /** One sentence for `ward doctor`. */
  readonly explanation: string;
}

export interface Instance {
  readonly pid: number;
  /** Ms from the call of `start` to the first answer. */
  readonly startedInMs: number;
  /**
   * One invocation. Throws `function-timeout` (the process was killed), `function-memory`, or `function-unavailable`
   * (the process died). A killed instance rejects every invocation in flight.
   */
  invoke(request: InvokeRequest): Promise<InvokeResponse>;
  memoryMb(): number;
  stop(): Promise<void>;
  /** Resolves when the process is gone, with why. */
  readonly exited: Promise<"stopped" | "timeout" | "memory" | "crashed">;
}

/** Answers what an instance sends out of its out-socket. The socket is the identity: the handler was made for this release. */
export interface OutboundHandler {
  /** Binding calls (origin-form) and egress (absolute-form). */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** `CONNECT`, upgrades, anything that is not a plain HTTP request: refused and recorded. */
  refused(what: "connect" | "upgrade" | "malformed"): void;
}

/** What the gateway and platform call. */
export interface Functions {
  list(): readonly FunctionStatus[];
  /** The HTTP-triggered function for a method and a path below `/fn/`, or undefined. */
  route(
    method: string,
    path: string,
  ): { readonly manifest: FunctionManifest; readonly params: Readonly<Record<string, string>> } | undefined;
  invokeHttp(name: string, request: HttpTriggerRequest, caller: HttpCaller): Promise<HttpTriggerResponse>;
  /** One HL7 v2 message, from socket to committed or quarantined. Never throws for what the sender should be told. */
  receiveMessage(message: InboundMessage): Promise<MessageVerdict>;
}

export interface HttpCaller {
  readonly principal: Principal;
  /** What the caller's token is for; absent where there was no token, and then only functions open to everybody answer. */
  readonly purpose?: PurposeOfUse;
  readonly traceId: string;
}

export interface InboundMessage {
  /** The whole message as text, segments ended by CR. */
  readonly raw: string;
  /** MSH-9.1^MSH-9.2, `ORU^R01`. */
  readonly type: string;
  /** MSH-10. */
  readonly controlId: string;
  /** MSH-3 and MSH-4, joined by `|`: with `controlId` what makes a message the same message. */
  readonly sender: string;
  /** The connection's principal: `service:mllp`. */
  readonly principal: Principal;
  readonly traceId: string;
}

export interface MessageVerdict {
  /**
   * HL7 table 0008. AA: filed, or already filed. AE: failed or rejected by its function, and kept in quarantine (not
   * kept only with condition 206: quarantine itself could not be written). AR: can't be taken at all, not kept.
   */
  readonly ack: "AA" | "AE" | "AR";
  /** HL7 table 0357 error condition code, `207`. Absent with AA. */
  readonly condition?: string;
  /** A fixed sentence for ERR-8; no value of the message. */
  readonly reason?: string;
  /** Resources created or updated, by type: `DiagnosticReport` → 1. */
  readonly filed?: Readonly<Record<string, number>>;
  readonly duplicate?: boolean;
}

export interface FunctionStatus {
  readonly name: string;
  readonly trigger: string;
  readonly release: string;
  readonly instances: number;
  readonly invocations: number;
  readonly failures: number;
}

/** An app, loaded and released. */
export interface App {
  readonly config: AppConfig;
  readonly releases: readonly FunctionRelease[];
  /** Cedar policy text of `policies/*.cedar`, by file name. */
  readonly policies: Readonly<Record<string, string>>;
}

/** What runtime needs of FHIR; `@ward/fhir`'s `FhirService` is one. */
export interface FhirPort {
  /** MUST pass the door. With `within`, writes join that transaction and later calls in it see them. */
  interact(caller: Caller, call: FhirCall, within?: Transaction): Promise<FhirAnswer>;
}

/** What runtime needs to know of text on its way out; `@ward/fhir`'s `DisclosureScreen` is one. */
export interface DisclosurePort {
  /** Kinds of PHI found, never the values; empty where nothing was found. MUST throw rather than answer when unsure. */
  find(caller: Caller, text: string, subjectId?: string): Promise<readonly string[]>;
}

/** The job queue. `enqueue` MUST join the caller's transaction; the payload MUST hold identifiers only. */
export interface JobsPort {
  enqueue(tx: Transaction, job: JobRequest): Promise<void>;
}

export interface JobRequest {
  readonly task: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Jobs of one queue run one after the other. */
  readonly queue?: string;
  readonly runAt?: Date;
  /** A second job with the same key replaces the first while that one waits. */
  readonly key?: string;
  readonly maxAttempts?: number;
}

/** What the job worker runs. A rejection means: try again later. */
export type RuntimeTask = (payload: unknown) => Promise<void>;

export interface CronItem {
  readonly identifier: string;
  readonly task: string;
  /** Five fields, UTC. */
  readonly cron: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What waits for an operator: identifiers, codes and numbers, no PHI. */
export interface WaitingEvent {
  readonly id: string;
  readonly kind: "message" | "delivery";
  readonly function: string;
  readonly reason: string;
  readonly at: Date;
  readonly attempts: number;
}

export interface ReplayOutcome {
  readonly id: string;
  readonly kind: "message" | "delivery";
  /** `filed`: the message is filed. `queued`: the delivery is in the job queue again. `failed`: it still waits. */
  readonly outcome: "filed" | "queued" | "failed";
  readonly verdict?: MessageVerdict;
}

export interface Events {
  list(): Promise<readonly WaitingEvent[]>;
  /** Throws `not-found` where nothing with this id waits. */
  replay(id: string, by: { readonly principal: Principal; readonly traceId?: string }): Promise<ReplayOutcome>;
}

/** One line of a function's log: labels, numbers and booleans only. */
export interface FunctionLogLine {
  readonly function: string;
  readonly release: string;
  readonly traceId: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, number | boolean>>;
}

/** A handler that threw: the error's class and places in the author's files, innermost first. */
export interface FunctionFaultLine {
  readonly function: string;
  readonly release: string;
  readonly traceId: string;
  readonly name: string;
  readonly at: readonly string[];
}

export interface RuntimeOptions {
  readonly app: App;
  readonly host: InstanceHost;
  readonly door: Door;
  readonly vault: Vault;
  readonly fhir: FhirPort;
  readonly screen: DisclosurePort;
  readonly jobs: JobsPort;
  readonly database: Database;
  readonly clock: Clock;
  /** Origin of the gateway, without a slash at the end: `https://localhost:8443`. */
  readonly publicUrl: string;
  readonly egress: {
    /** PEM of a certificate authority trusted besides the system's. */
    readonly trustedCa?: string;
    /** Development only: grants of `localhost:<port>` and `127.0.0.1:<port>` work. */
    readonly allowLoopback: boolean;
    /** Name resolution; the system's by default. */
    readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  };
  readonly log?: (line: FunctionLogLine) => void;
  readonly onFault?: (line: FunctionFaultLine) => void;
  /** An event's first delivery failed; it is tried again as a job. */
  readonly onDeliveryFailure?: (code: ErrorCode) => void;
  /** An instance without invocations is stopped after this time; 30 s by default. */
  readonly idleMs?: number;
}

export interface Runtime extends Functions {
  readonly tasks: Readonly<Record<string, RuntimeTask>>;
  readonly cron: readonly CronItem[];
  readonly events: Events;
  /** Makes jobs of deliveries that no node made in time; answers how many. It happens by itself every few seconds. */
  adoptDeliveries(): Promise<number>;
  /** Resolves when no first delivery of this node waits or runs. */
  settled(): Promise<void>;
  /** Refuses further calls, waits for running invocations and stops the instances. */
  close(): Promise<void>;
}

export type { Caller };
