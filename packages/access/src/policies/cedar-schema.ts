/**
 * The Cedar vocabulary of every Ward policy. Principals are functions, persons (in roles) and services; resources are
 * FHIR types, or the event type, secret, host or function that an act names. A policy can read nothing but the purpose
 * of use, where a function acts for somebody, for whom, and of a record that is about to leave its security labels
 * (`system|code`) and its patient. An act is first decided by its type alone, when a resource has neither: a policy on
 * labels asks `resource has labels` before it reads them.
 */
import type { Schema } from "@cedar-policy/cedar-wasm/nodejs";
import { AUDIT_ACTIONS, type AuditAction } from "@ward/core";

/** Resource types whose Cedar id is the act's `resourceId`; any other is `Ward::ResourceType::"<resourceType>"`. */
export const NAMED_RESOURCES = ["EventType", "Secret", "Host", "Function"] as const;
export type NamedResource = (typeof NAMED_RESOURCES)[number];

export function isNamedResource(type: string): type is NamedResource {
  return (NAMED_RESOURCES as readonly string[]).includes(type);
}

const ONLY: Partial<Record<AuditAction, NamedResource>> = {
  "event.emit": "EventType",
  "event.deliver": "EventType",
  "secret.read": "Secret",
  "egress.send": "Host",
  "egress.connect": "Host",
};

const CONTEXT = {
  type: "Record",
  attributes: {
    purpose: { type: "String" },
    onBehalfOf: {
      type: "Record",
      required: false,
      attributes: { name: { type: "String" }, roles: { type: "Set", element: { type: "String" } } },
    },
  },
} as const;

export const CEDAR_SCHEMA: Schema = {
  Ward: {
    entityTypes: {
      Role: {},
      Person: { memberOfTypes: ["Role"] },
      Service: {},
      Function: {},
      ResourceType: {
        shape: {
          type: "Record",
          attributes: {
            labels: { type: "Set", element: { type: "String" }, required: false },
            subject: { type: "String", required: false },
          },
        },
      },
      EventType: {},
      Secret: {},
      Host: {},
    },
    actions: Object.fromEntries(AUDIT_ACTIONS.map((action) => [action, { appliesTo: appliesTo(action) }])),
  },
};

function appliesTo(action: AuditAction) {
  const only = ONLY[action];
  const resourceTypes =
    only !== undefined ? [only] : action.startsWith("fhir.") ? ["ResourceType"] : ["ResourceType", "Function"];
  return { principalTypes: ["Function", "Person", "Service"], resourceTypes, context: CONTEXT };
}
