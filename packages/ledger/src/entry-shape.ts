/**
 * The closed shape of an entry, enforced at append. Every field is a code of a closed table, a number, or an identifier
 * of a fixed form; keys that the shape does not know and text that is not an identifier are refused. The log is kept
 * for years and shown to auditors, so whatever PHI a careless caller tries to put here must stop here.
 *
 * INVARIANT: what is hashed is a copy made field by field, so a getter or `toJSON` cannot show one thing and write another.
 */
import {
  ASSURANCE_LEVELS,
  AUDIT_ACTIONS,
  type AuditEntry,
  BREAK_GLASS_REASONS,
  CHANGE_ACTIONS,
  DATA_CLASSES,
  EGRESS_REASONS,
  ERROR_KINDS,
  isPurposeOfUse,
  WardError,
} from "@ward/core";
import { ENTRY_BYTES_MAX } from "./publication/layout.ts";

type Check = (value: unknown) => boolean;

const LIST_MAX = 256;

const PRINCIPAL = matches(/^(function|person|service):[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}$/);
/** 128 bits in base64url, as `Vault.pseudonym` makes them: too long and too plain to carry a name or a number. */
const PSEUDONYM = matches(/^[A-Za-z0-9_-]{22}$/);

/** An id that an identity provider or a device registry gave: a UUID, a serial number. */
const ID = matches(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const DIGEST = matches(/^sha256:[0-9a-f]{64}$/);

const FIELDS: Readonly<Record<keyof AuditEntry, { readonly check: Check; readonly optional?: true }>> = {
  time: { check: isTime },
  principal: { check: PRINCIPAL },
  onBehalfOf: { check: PRINCIPAL, optional: true },
  chain: { check: isListOf(PRINCIPAL), optional: true },
  session: { check: ID, optional: true },
  device: { check: ID, optional: true },
  assurance: { check: isOneOf(ASSURANCE_LEVELS), optional: true },
  breakGlass: { check: isOneOf(BREAK_GLASS_REASONS), optional: true },
  action: { check: isOneOf(AUDIT_ACTIONS) },
  resource: { check: isResource, optional: true },
  subject: { check: PSEUDONYM, optional: true },
  purpose: { check: isPurposeOfUse },
  decision: { check: isOneOf(["allow", "deny"]) },
  policies: { check: isListOf(matches(/^[A-Za-z0-9][A-Za-z0-9._:/@#^*-]{0,159}$/)) },
  outcome: { check: isOneOf(["success", "failure", "refused"]) },
  reason: { check: isOneOf([...Object.keys(ERROR_KINDS), ...EGRESS_REASONS]), optional: true },
  fields: { check: isListOf(matches(/^[A-Za-z_][A-Za-z0-9._:[\]-]{0,127}$/)), optional: true },
  host: { check: matches(/^(\[[0-9a-f:]{2,39}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:\d{1,5})?$/), optional: true },
  carries: { check: isOneOf(DATA_CLASSES), optional: true },
  count: { check: (value) => Number.isSafeInteger(value) && (value as number) >= 0, optional: true },
  item: { check: matches(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}$/), optional: true },
  digest: { check: DIGEST, optional: true },
  release: { check: DIGEST, optional: true },
  trace: { check: matches(/^[0-9a-f]{32}$/) },
};

const SORTED_FIELDS = Object.entries(FIELDS).sort(([one], [other]) => (one < other ? -1 : 1));

const IS_CHANGE = isOneOf(CHANGE_ACTIONS);
const isAboutPerson = ({ principal, onBehalfOf }: Readonly<Record<string, unknown>>): boolean =>
  [principal, onBehalfOf].some((name) => String(name).startsWith("person:"));

/** Fields that only some entries may have: an emergency's reason without an emergency is a lie in the log. */
const ONLY_WHERE: Readonly<Record<string, (entry: Readonly<Record<string, unknown>>) => boolean>> = {
  chain: ({ onBehalfOf }) => onBehalfOf !== undefined,
  session: isAboutPerson,
  device: isAboutPerson,
  assurance: isAboutPerson,
  breakGlass: (entry) => entry["purpose"] === "ETREAT" && isAboutPerson(entry),
  carries: ({ host }) => host !== undefined,
  item: ({ action }) => IS_CHANGE(action),
  digest: ({ action }) => IS_CHANGE(action),
};

const RESOURCE_TYPE = matches(/^[A-Za-z][A-Za-z0-9]{0,63}$/);

/** The entry in RFC 8785 canonical form. Throws `record-unavailable`, which stops the act, where it breaks the shape. */
export function canonicalEntry(entry: AuditEntry): string {
  const given = entry as unknown as Readonly<Record<string, unknown>>;
  for (const key of Reflect.ownKeys(entry)) {
    if (typeof key !== "string" || !Object.hasOwn(FIELDS, key)) throw refusal("unknown");
  }
  const copy: Record<string, unknown> = {};
  for (const [name, { check, optional }] of SORTED_FIELDS) {
    const value = snapshot(given[name]);
    if (value === undefined && optional) continue;
    if (!check(value)) throw refusal(name);
    copy[name] = value;
  }
  for (const [name, isAllowed] of Object.entries(ONLY_WHERE)) {
    if (copy[name] !== undefined && !isAllowed(copy)) throw refusal(name);
  }
  // RFC 8785 §3.2.2 takes strings and numbers from ECMAScript's own serialization; what it adds is the order of members.
  const text = JSON.stringify(copy);
  if (Buffer.byteLength(text) > ENTRY_BYTES_MAX) throw refusal("entry");
  return text;
}

/** Plain data as it is at this moment, members in canonical order: by UTF-16 code units. */
function snapshot(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value as unknown[], snapshot);
  if (typeof value !== "object" || value === null) return value;
  const keys = Reflect.ownKeys(value);
  // `String`: a key that is a symbol stays visible to the check, which refuses it.
  const members = keys.map((key) => [String(key), (value as Record<PropertyKey, unknown>)[key]] as const);
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function isResource(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { type, tag, ...others } = value as Record<string, unknown>;
  return RESOURCE_TYPE(type) && (tag === undefined || PSEUDONYM(tag)) && Object.keys(others).length === 0;
}

function isTime(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const parsed = new Date(value);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === value;
}

function matches(pattern: RegExp): Check {
  return (value) => typeof value === "string" && pattern.test(value);
}

function isOneOf(values: readonly string[]): Check {
  const known = new Set<unknown>(values);
  return (value) => known.has(value);
}

function isListOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.length <= LIST_MAX && value.every((element) => check(element));
}

/** Names the field only: the refused value is what must not be written anywhere. */
function refusal(field: string): WardError {
  return new WardError("record-unavailable", { field });
}
