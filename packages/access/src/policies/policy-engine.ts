/**
 * Decides. Policies are compiled once and cut into one slice per principal, parsed beforehand inside the Cedar engine;
 * a decision then looks at the handful that could match. Nothing permits by default, and a policy that fails to
 * evaluate denies, where Cedar alone would pass over a failing `forbid`.
 */
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { EntityJson, PolicyJson, StatefulAuthorizationCall } from "@cedar-policy/cedar-wasm/nodejs";
import { createHash } from "node:crypto";
import { principalName, WardError, type FunctionManifest, type Principal } from "@ward/core";
import type { Act, SeenRecord } from "../contract.ts";
import { parseAppPolicies } from "./app-policies.ts";
import { isNamedResource } from "./cedar-schema.ts";
import { createDecisionMemory, type Actor, type Decision } from "./decision-memory.ts";
import { policiesOfManifest, policyOfBuiltin, type BuiltinPower, type NamedPolicy } from "./generated-policies.ts";

export interface PolicySources {
  readonly manifests: readonly FunctionManifest[];
  /** Cedar text of `policies/*.cedar`, by file name. */
  readonly appPolicies: Readonly<Record<string, string>>;
  readonly builtins?: readonly BuiltinPower[];
}

export interface PolicyEngine {
  /** Whether an act may be tried at all. */
  readonly decide: (caller: Actor, act: Act) => Decision;
  /** Whether it may touch a record; asked of each. The same policies decide, told the record's type and attributes. */
  readonly decideRecords: (caller: Actor, act: Act) => (record: SeenRecord) => boolean;
  /** Whether `decideRecords` may answer differently for two records of one type. */
  readonly looksAtRecords: boolean;
  /** Ids of all policies, for registers and tests. */
  readonly policyIds: readonly string[];
}

const POLICY_ID = /^[A-Za-z0-9][A-Za-z0-9._:/@#^*-]{0,159}$/;
const REMEMBERED_MAX = 8_192;
const DENIED: Decision = { isAllowed: false, policies: [] };
const KINDS = { function: "Ward::Function", person: "Ward::Person", service: "Ward::Service" } as const;

/** Throws `bad-manifest` (`detail.file`, `detail.line`, `detail.problem`) where a policy is not valid. */
export function compilePolicies({ manifests, appPolicies, builtins = [] }: PolicySources): PolicyEngine {
  const all = [
    ...manifests.flatMap(policiesOfManifest),
    ...builtins.map(policyOfBuiltin),
    ...Object.entries(appPolicies)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([file, text]) => parseAppPolicies(file, text)),
  ];
  checkIds(all);
  const slices = new Map<string, string>();
  const memory = createDecisionMemory(REMEMBERED_MAX);
  /** Attributes of `Ward::ResourceType`, as in the schema. */
  const asks = (attribute: "labels" | "subject"): boolean =>
    all.some(({ policy }) => JSON.stringify(policy).includes(`"${attribute}"`));
  const asksLabels = asks("labels");
  const asksSubject = asks("subject");
  return {
    policyIds: all.map(({ id }) => id),
    looksAtRecords: asksLabels || asksSubject,
    decide: (caller, act) => decide(caller, act, undefined),
    decideRecords: (caller, act) => {
      // A search asks of many records in turn, and most of them are the same question as the one before.
      let last: SeenRecord | undefined;
      let isAllowed = false;
      return (record) => {
        if (last === undefined || !isSameQuestion(record, last)) {
          isAllowed = decideRecord(caller, act, record);
          last = { type: record.type, labels: record.labels, subjectId: record.subjectId };
        }
        return isAllowed;
      };
    },
  };

  function isSameQuestion({ type, labels, subjectId }: SeenRecord, other: SeenRecord): boolean {
    if (type !== other.type) return false;
    return (!asksLabels || labels === other.labels) && (!asksSubject || subjectId === other.subjectId);
  }

  function decideRecord(caller: Actor, act: Act, record: SeenRecord): boolean {
    const asked = record.type === act.resourceType ? act : { ...act, resourceType: record.type };
    return decide(caller, asked, attributesOf(record)).isAllowed;
  }

  /** Only what some policy asks for: the fewer attributes, the fewer different decisions there are to remember. */
  function attributesOf({ labels, subjectId }: SeenRecord): EntityJson["attrs"] | undefined {
    if (!asksLabels && !asksSubject) return undefined;
    return {
      ...(asksLabels ? { labels: [...new Set(labels)].sort() } : {}),
      ...(asksSubject && subjectId !== undefined ? { subject: subjectId } : {}),
    };
  }

  function decide(caller: Actor, act: Act, record: EntityJson["attrs"] | undefined): Decision {
    const { action, resourceType, resourceId = "" } = act;
    // The engine takes UTF-8; what has no such form names nothing that a policy could.
    if (!resourceType.isWellFormed() || !resourceId.isWellFormed() || !caller.principal.id.isWellFormed())
      return DENIED;
    const id = isNamedResource(resourceType) ? resourceId : "";
    const more = id === "" && record === undefined ? "" : JSON.stringify([id, record ?? null]);
    const remembered = memory.of(caller);
    let decision = remembered.find(action, resourceType, more);
    if (decision === undefined) {
      decision = evaluate(authorizationCall(caller, act, record), sliceFor(caller.principal));
      remembered.keep(action, resourceType, more, decision);
    }
    return decision;
  }

  function sliceFor(principal: Principal): string {
    const entity = cedarPrincipal(principal);
    const members = all.filter((policy) => couldApply(policy, entity));
    // Persons and services without a policy of their own share a slice, so that slices stay few.
    const name = members.map(({ id }) => id).join("\n");
    let slice = slices.get(name);
    if (slice === undefined) {
      slice = parseSlice(members);
      slices.set(name, slice);
    }
    return slice;
  }
}

/** The engine keeps parsed sets for the life of the process, by name: equal sets share one, different ones never do. */
function parseSlice(members: readonly NamedPolicy[]): string {
  const staticPolicies = Object.fromEntries(members.map(({ id, policy, source }) => [id, source ?? policy]));
  const name = createHash("sha256").update(JSON.stringify(staticPolicies)).digest("hex");
  const answer = preparsePolicySet(name, { staticPolicies });
  if (answer.type === "failure")
    throw new WardError("bad-manifest", { problem: answer.errors[0]?.message ?? "policies" });
  return name;
}

/** False only where the policy's principal constraint can't match. */
function couldApply({ policy }: NamedPolicy, principal: { type: string; id: string }): boolean {
  const constraint: PolicyJson["principal"] = policy.principal;
  if (constraint.op === "is") return constraint.entity_type === principal.type;
  if (constraint.op !== "==" || !("entity" in constraint)) return true;
  const entity = "__entity" in constraint.entity ? constraint.entity.__entity : constraint.entity;
  return entity.type === principal.type && entity.id === principal.id;
}

function evaluate(call: Omit<StatefulAuthorizationCall, "preparsedPolicySetId">, slice: string): Decision {
  const answer = statefulIsAuthorized({ ...call, preparsedPolicySetId: slice });
  if (answer.type === "failure") return DENIED;
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    return { isAllowed: false, policies: diagnostics.errors.map(({ policyId }) => policyId).sort() };
  }
  return { isAllowed: decision === "allow", policies: [...diagnostics.reason].sort() };
}

function authorizationCall(
  { principal, purpose, onBehalfOf }: Actor,
  { action, resourceType, resourceId }: Act,
  record: EntityJson["attrs"] | undefined,
): Omit<StatefulAuthorizationCall, "preparsedPolicySetId"> {
  const uid = cedarPrincipal(principal);
  const resource = isNamedResource(resourceType)
    ? { type: `Ward::${resourceType}`, id: resourceId ?? "" }
    : { type: "Ward::ResourceType", id: resourceType };
  return {
    principal: uid,
    action: { type: "Ward::Action", id: action },
    resource,
    context: {
      purpose,
      ...(onBehalfOf === undefined
        ? {}
        : { onBehalfOf: { name: principalName(onBehalfOf), roles: rolesOf(onBehalfOf) } }),
    },
    entities: [
      ...(rolesOf(principal).length === 0 ? [] : [personEntity(uid, rolesOf(principal))]),
      ...(record === undefined ? [] : [{ uid: resource, attrs: record, parents: [] }]),
    ],
  };
}

function personEntity(uid: { type: string; id: string }, roles: readonly string[]): EntityJson {
  return { uid, attrs: {}, parents: roles.map((id) => ({ type: "Ward::Role", id })) };
}

function cedarPrincipal({ kind, id }: Principal): { readonly type: string; readonly id: string } {
  return { type: KINDS[kind], id };
}

function rolesOf(principal: Principal): string[] {
  return principal.kind === "person" ? [...new Set(principal.roles)].sort() : [];
}

function checkIds(policies: readonly NamedPolicy[]): void {
  const seen = new Set<string>();
  for (const { id } of policies) {
    // The form that ledger entries take; an id outside it would make every act that it decides unrecordable.
    if (!POLICY_ID.test(id))
      throw new WardError("bad-manifest", { problem: `the policy id ${id} has a form that no entry can hold` });
    if (seen.has(id)) throw new WardError("bad-manifest", { problem: `two policies have the id ${id}` });
    seen.add(id);
  }
}
