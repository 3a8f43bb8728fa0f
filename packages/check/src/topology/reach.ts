/**
 * What reading the code says that the template does not: which hosts a function calls and which resources it uses. The map
 * is whole without it. Whoever analyses code implements this.
 */
import type { Unit } from "../readers/read-unit.ts";

export interface CodeReach {
  /** MUST answer undefined where the code was not read; an empty answer says that it calls nothing. */
  reachOf(unit: Unit, functionId: string): FunctionReach | undefined;
}

export interface FunctionReach {
  readonly hosts: readonly {
    /** `api.example.com`; with the port where it is not the usual one. */
    readonly host: string;
    /** True where PHI is seen to go there. */
    readonly hasPhi?: boolean;
  }[];
  readonly calls: readonly {
    /** The id of a resource of the unit. */
    readonly to: string;
    /** In plain words: `PutItem`. */
    readonly what: string;
    readonly hasPhi?: boolean;
  }[];
}
