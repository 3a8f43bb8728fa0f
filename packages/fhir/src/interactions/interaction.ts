/** What a call asks, as data: parsed and checked, before the door is asked or anything is read. */
import type { CompartmentName } from "../query/compartments.ts";
import type { JsonObject } from "../json.ts";
import type { Search } from "../search/contract.ts";
import type { AnswerForm } from "./answer-form.ts";
import type { HistoryParameters } from "./history-parameters.ts";
import type { Unless } from "./preconditions.ts";
import type { Operation } from "./operations/contract.ts";
import type { Patch } from "./patch/parse-patch.ts";

export interface ReadInteraction {
  readonly kind: "read";
  readonly type: string;
  readonly id: string;
  /** What the caller holds already: the answer is then 304. */
  readonly unless: Unless;
  readonly form: AnswerForm;
}

export interface VreadInteraction {
  readonly kind: "vread";
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly unless: Unless;
  readonly form: AnswerForm;
}

export interface HistoryInteraction {
  readonly kind: "history";
  /** Absent: of all types. */
  readonly type?: string;
  readonly id?: string;
  readonly parameters: HistoryParameters;
  readonly form: AnswerForm;
}

export interface SearchInteraction {
  readonly kind: "search";
  /** Absent: several types, or all that lie in the compartment. */
  readonly type?: string;
  readonly compartment?: CompartmentName;
  /** Below the base, without the query: `Patient/123/Observation`. */
  readonly path: string;
  readonly search: Search;
  readonly form: AnswerForm;
}

/** A record by its id, or the one that meets criteria. */
export type Target =
  { readonly id: string; readonly condition?: never } | { readonly id?: never; readonly condition: Search };

/** Version that must be current, or one of several; 0: there must be no current one; `any`: there must be one. */
export type IfMatch = number | readonly number[] | "any";

export interface CreateInteraction {
  readonly kind: "create";
  readonly type: string;
  readonly resource: JsonObject;
  /** Known from reading the resource: no reference of it is conditional. */
  readonly isLiteral?: boolean;
  /** `If-None-Exist`. */
  readonly condition?: Search;
  readonly form: AnswerForm;
}

export interface UpdateInteraction {
  readonly kind: "update";
  readonly type: string;
  readonly target: Target;
  readonly resource: JsonObject;
  readonly isLiteral?: boolean;
  readonly ifMatch?: IfMatch;
  readonly form: AnswerForm;
}

export interface PatchInteraction {
  readonly kind: "patch";
  readonly type: string;
  readonly target: Target;
  readonly patch: Patch;
  readonly ifMatch?: IfMatch;
  readonly form: AnswerForm;
}

export interface DeleteInteraction {
  readonly kind: "delete";
  readonly type: string;
  readonly target: Target;
  readonly ifMatch?: IfMatch;
  readonly form: AnswerForm;
}

export interface OperationInteraction {
  readonly kind: "operation";
  readonly operation: Operation;
  readonly type?: string;
  readonly id?: string;
  /** `GET`: as a query. */
  readonly query: string;
  /** `POST`: what was sent, a `Parameters` or another resource. */
  readonly body?: JsonObject;
  readonly form: AnswerForm;
}

export type WriteInteraction = CreateInteraction | UpdateInteraction | PatchInteraction | DeleteInteraction;
export type LookInteraction = ReadInteraction | VreadInteraction | HistoryInteraction | SearchInteraction;
export type Interaction = WriteInteraction | LookInteraction | OperationInteraction;

export function isWrite(interaction: Interaction): interaction is WriteInteraction {
  const { kind } = interaction;
  return kind === "create" || kind === "update" || kind === "patch" || kind === "delete";
}
