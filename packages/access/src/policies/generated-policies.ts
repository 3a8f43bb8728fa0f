/**
 * Cedar policies that nobody writes: one per grant of a function, one per role that may call an HTTP function, and the
 * platform's own for its service principals. Made as JSON, never as text, so that no name can become policy syntax.
 * Ids say where the power comes from and stand in ledger entries: `grant:lab-result:fhir.create:Observation`.
 */
import type { Expr, PolicyJson, PrincipalConstraint } from "@cedar-policy/cedar-wasm/nodejs";
import type { AuditAction, FunctionManifest, PurposeOfUse } from "@ward/core";
import { isNamedResource } from "./cedar-schema.ts";

export interface NamedPolicy {
  readonly id: string;
  readonly policy: PolicyJson;
  /** As it was written. The JSON form has gone through JavaScript numbers, which round what exceeds 2^53. */
  readonly source?: string;
}

/** What the platform lets one of its own services do. */
export interface BuiltinPower {
  /** Service id: `mllp` for `service:mllp`. */
  readonly principal: string;
  readonly action: AuditAction;
  /** A FHIR type; `EventType`, `Secret`, `Host` or `Function`; or `*` for whatever the action applies to. */
  readonly resourceType: string;
  /** With a named resource type: which one. Absent means any of that type. */
  readonly resourceId?: string;
  readonly purposes: readonly PurposeOfUse[];
}

export const GENERATED_PREFIXES = ["grant:", "call:", "builtin:"] as const;

export function policiesOfManifest(manifest: FunctionManifest): readonly NamedPolicy[] {
  const { name, purpose, grants, trigger } = manifest;
  const principal: PrincipalConstraint = { op: "==", entity: { type: "Ward::Function", id: name } };
  const grant = (action: AuditAction, resourceType: string, resourceId: string): NamedPolicy => ({
    id: `grant:${name}:${action}:${resourceId}`,
    policy: permit(principal, action, resourceConstraint(resourceType, resourceId), [purpose]),
  });
  const policies = [
    ...grants.fhir.map((one) => {
      const dot = one.lastIndexOf(".");
      const type = one.slice(0, dot);
      return grant(`fhir.${one.slice(dot + 1)}` as AuditAction, type, type);
    }),
    ...grants.emits.map((type) => grant("event.emit", "EventType", type)),
    ...grants.secrets.map((secret) => grant("secret.read", "Secret", secret)),
    ...grants.egress.map(({ host }) => grant("egress.send", "Host", host)),
  ];
  if (trigger.kind !== "http") return policies;
  return [...policies, ...trigger.roles.map((role) => policyOfCaller(name, role, purpose))];
}

export function policyOfBuiltin({ principal, action, resourceType, resourceId, purposes }: BuiltinPower): NamedPolicy {
  const resource: PolicyJson["resource"] =
    resourceType === "*" ? { op: "All" } : resourceConstraint(resourceType, resourceId);
  return {
    id: `builtin:${principal}:${action}:${resourceId ?? resourceType}`,
    policy: permit({ op: "==", entity: { type: "Ward::Service", id: principal } }, action, resource, purposes),
  };
}

/** `public` is everybody, whatever for; never a role that a person could hold. */
function policyOfCaller(name: string, role: string, purpose: PurposeOfUse): NamedPolicy {
  const id = `call:${name}:${role}`;
  const resource = resourceConstraint("Function", name);
  if (role === "public") {
    return { id, policy: { ...permit({ op: "All" }, "function.invoke", resource, []), conditions: [] } };
  }
  const principal: PrincipalConstraint = { op: "in", entity: { type: "Ward::Role", id: role } };
  return { id, policy: permit(principal, "function.invoke", resource, [purpose]) };
}

function resourceConstraint(type: string, id: string | undefined): PolicyJson["resource"] {
  if (!isNamedResource(type)) return { op: "==", entity: { type: "Ward::ResourceType", id: type } };
  if (id === undefined) return { op: "is", entity_type: `Ward::${type}` };
  return { op: "==", entity: { type: `Ward::${type}`, id } };
}

function permit(
  principal: PrincipalConstraint,
  action: AuditAction,
  resource: PolicyJson["resource"],
  purposes: readonly PurposeOfUse[],
): PolicyJson {
  const purposeOfUse: Expr = { ".": { left: { Var: "context" }, attr: "purpose" } };
  const stated: Expr = {
    contains: { left: { Set: purposes.map((purpose) => ({ Value: purpose })) }, right: purposeOfUse },
  };
  return {
    effect: "permit",
    principal,
    action: { op: "==", entity: { type: "Ward::Action", id: action } },
    resource,
    conditions: [{ kind: "when", body: purposes.length === 0 ? { Value: false } : stated }],
  };
}
