/** The smallest policy for a role, and the change that brings it there. */
import type { Resource } from "../../../graph/resource.ts";
import type { Unit } from "../../../readers/read-unit.ts";
import type { Patch } from "../../patch.ts";
import type { Need } from "../actions/need.ts";
import type { FunctionPrivileges } from "../function-privileges.ts";
import type { Excess } from "../policy/compare.ts";
import type { Purpose } from "../policy/managed-policies.ts";
import type { RoleGrants } from "../policy/role-grants.ts";
import type { Stack } from "../resources/stack.ts";

export interface FixInput {
  readonly role: Resource;
  readonly grants: RoleGrants;
  readonly functions: readonly FunctionPrivileges[];
  readonly purposes: ReadonlySet<Purpose>;
  readonly excess: readonly Excess[];
  readonly stack: Stack;
  readonly unit: Unit;
  /** Nothing else acts with the role. */
  readonly isSure: boolean;
}

export interface Fix {
  readonly minimal: string | undefined;
  statementsFor(needs: readonly Need[]): string | undefined;
  patches(): readonly Patch[];
}

export function fixOf(_: FixInput): Fix {
  return { minimal: undefined, statementsFor: () => undefined, patches: () => [] };
}
