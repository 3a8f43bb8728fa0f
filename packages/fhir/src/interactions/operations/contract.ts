/**
 * Operations (https://hl7.org/fhir/R4/operations.html): the seam at which one is added is the table in `table.ts` beside
 * this file. Everything that an operation reads or discloses, it does through `acts`.
 */
import type { Acts } from "@ward/access";
import type { Caller, FhirAnswer } from "@ward/core";
import type { JsonObject } from "../../json.ts";
import type { SearchTools } from "../../query/search-call.ts";

export interface OperationCall {
  readonly tools: SearchTools;
  readonly acts: Acts;
  readonly caller: Caller;
  readonly baseUrl: string;
  /** Absent: on the whole system. */
  readonly type?: string;
  readonly id?: string;
  /** `GET`: as sent, without `_format` and `_pretty`. */
  readonly query: string;
  /** `POST`: `Parameters`, or a resource where the operation takes one. */
  readonly body?: JsonObject;
}

export interface Operation {
  /** Without `$`. */
  readonly name: string;
  /** Canonical URL of its OperationDefinition. */
  readonly definition: string;
  /** By type, where R4 has a definition of its own for it. */
  readonly definitionOn?: Readonly<Record<string, string>>;
  readonly onSystem?: true;
  /** Types it may be called on, as `Type/$name`; `*`: all. */
  readonly onTypes?: "*" | readonly string[];
  /** Types it may be called on, as `Type/id/$name`. */
  readonly onInstances?: "*" | readonly string[];
  /** May be called by GET (R4 operations §3.2.0.1): changes nothing, and its parameters are simple. */
  readonly isReadOnly: boolean;
  run(call: OperationCall): Promise<FhirAnswer>;
}
