/**
 * The closed shape of an entry, enforced at append. Every field is a code of a closed table, a number, or an identifier
 * of a fixed form; keys that the shape does not know and text that is not an identifier are refused. The log is kept
 * for years and shown to auditors, so whatever PHI a careless caller tries to put here must stop here.
 *
 * INVARIANT: each field, member and element is read once, and what was checked of it is what is written, so a getter or
 * `toJSON` cannot show one thing and write another.
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
  PURPOSES_OF_USE,
  WardError,
} from "@ward/core";
import {
  CanonicalText,
  codeOf,
  type Form,
  listOf,
  matching,
  moment,
  recurring,
  symbols,
  wholeNumber,
} from "./entry-forms.ts";
import { ENTRY_BYTES_MAX } from "./publication/layout.ts";

/** An entry's values, read once and not yet checked. */
type Copy = { readonly [Name in keyof AuditEntry]-?: unknown };

interface Field {
  readonly form: Form;
  readonly optional?: true;
  /** Some entries only may have it: an emergency's reason without an emergency is a lie in the log. */
  readonly onlyWhere?: (entry: Copy) => boolean;
}

const PRINCIPAL = recurring(/^(function|person|service):[A-Za-z0-9][A-Za-z0-9._@:/-]{0,127}$/);
/** 128 bits in base64url, as `Vault.pseudonym` makes them: too long and too plain to carry a name or a number. */
const PSEUDONYM = symbols("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 22);
/** An id that an identity provider or a device registry gave: a UUID, a serial number. */
const ID = matching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
const DIGEST = recurring(/^sha256:[0-9a-f]{64}$/);
const RESOURCE_TYPE = recurring(/^[A-Za-z][A-Za-z0-9]{0,63}$/);

const CHANGES = new Set<unknown>(CHANGE_ACTIONS);
const isChange = ({ action }: Copy): boolean => CHANGES.has(action);
const isPerson = (name: unknown): boolean => typeof name === "string" && name.startsWith("person:");
const isAboutPerson = ({ principal, onBehalfOf }: Copy): boolean => isPerson(principal) || isPerson(onBehalfOf);

const FIELDS: { readonly [Name in keyof AuditEntry]-?: Field } = {
  time: { form: moment },
  principal: { form: PRINCIPAL },
  onBehalfOf: { form: PRINCIPAL, optional: true },
  chain: { form: listOf(PRINCIPAL), optional: true, onlyWhere: ({ onBehalfOf }) => onBehalfOf !== undefined },
  session: { form: ID, optional: true, onlyWhere: isAboutPerson },
  device: { form: ID, optional: true, onlyWhere: isAboutPerson },
  assurance: { form: codeOf(ASSURANCE_LEVELS), optional: true, onlyWhere: isAboutPerson },
  breakGlass: {
    form: codeOf(BREAK_GLASS_REASONS),
    optional: true,
    onlyWhere: (entry) => entry.purpose === "ETREAT" && isAboutPerson(entry),
  },
  action: { form: codeOf(AUDIT_ACTIONS) },
  resource: { form: writeResource, optional: true },
  subject: { form: PSEUDONYM, optional: true },
  purpose: { form: codeOf(PURPOSES_OF_USE) },
  decision: { form: codeOf(["allow", "deny"]) },
  policies: { form: listOf(recurring(/^[A-Za-z0-9][A-Za-z0-9._:/@#^*-]{0,159}$/)) },
  outcome: { form: codeOf(["success", "failure", "refused"]) },
  reason: { form: codeOf([...Object.keys(ERROR_KINDS), ...EGRESS_REASONS]), optional: true },
  fields: { form: listOf(recurring(/^[A-Za-z_][A-Za-z0-9._:[\]-]{0,127}$/)), optional: true },
  host: {
    form: matching(/^(\[[0-9a-f:]{2,39}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:\d{1,5})?$/),
    optional: true,
  },
  carries: { form: codeOf(DATA_CLASSES), optional: true, onlyWhere: ({ host }) => host !== undefined },
  count: { form: wholeNumber, optional: true },
  item: { form: matching(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}$/), optional: true, onlyWhere: isChange },
  digest: { form: DIGEST, optional: true, onlyWhere: isChange },
  release: { form: DIGEST, optional: true },
  trace: { form: symbols("0123456789abcdef", 32) },
};

/** What RFC 8785 adds to ECMAScript's own serialization is the order of members: by code units. */
const MEMBERS = Object.entries(FIELDS)
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([name, field], at) => ({
    ...field,
    name: name as keyof AuditEntry,
    label: `${at === 0 ? "{" : ","}"${name}":`,
  }));

const NAMES = new Set<PropertyKey>(Object.keys(FIELDS));

const TEXT = new CanonicalText();
let isWriting = false;

/**
 * The entry in RFC 8785 canonical form, all of it ASCII. Throws `record-unavailable`, which stops the act, where it breaks
 * the shape.
 */
export function canonicalBody(entry: AuditEntry): Buffer {
  for (const key of Reflect.ownKeys(entry)) if (!NAMES.has(key)) throw refusal("unknown");
  const copy = copyOf(entry);
  // An entry that a getter of this one has written would get into the same text.
  if (isWriting) throw refusal("entry");
  isWriting = true;
  try {
    return write(copy);
  } finally {
    isWriting = false;
  }
}

function write(copy: Copy): Buffer {
  TEXT.clear();
  for (const { name, label, form, optional, onlyWhere } of MEMBERS) {
    const value = copy[name];
    if (value === undefined && optional) continue;
    TEXT.write(label);
    if (!form(value, TEXT) || onlyWhere?.(copy) === false) throw refusal(name);
  }
  TEXT.write("}");
  if (TEXT.length > ENTRY_BYTES_MAX) throw refusal("entry");
  return TEXT.copy();
}

function copyOf(entry: AuditEntry): Copy {
  return {
    action: entry.action,
    assurance: entry.assurance,
    breakGlass: entry.breakGlass,
    carries: entry.carries,
    chain: entry.chain,
    count: entry.count,
    decision: entry.decision,
    device: entry.device,
    digest: entry.digest,
    fields: entry.fields,
    host: entry.host,
    item: entry.item,
    onBehalfOf: entry.onBehalfOf,
    outcome: entry.outcome,
    policies: entry.policies,
    principal: entry.principal,
    purpose: entry.purpose,
    reason: entry.reason,
    release: entry.release,
    resource: entry.resource,
    session: entry.session,
    subject: entry.subject,
    time: entry.time,
    trace: entry.trace,
  };
}

function writeResource(value: unknown, text: CanonicalText): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members: { readonly type?: unknown; readonly tag?: unknown } = value;
  let type: unknown, tag: unknown;
  for (const key of Reflect.ownKeys(members)) {
    if (key === "type") type = members.type;
    else if (key === "tag") tag = members.tag;
    else return false;
  }
  text.write("{");
  if (tag !== undefined) {
    text.write('"tag":');
    if (!PSEUDONYM(tag, text)) return false;
    text.write(",");
  }
  text.write('"type":');
  const isType = RESOURCE_TYPE(type, text);
  text.write("}");
  return isType;
}

/** Names the field only: the refused value is what must not be written anywhere. */
function refusal(field: string): WardError {
  return new WardError("record-unavailable", { field });
}
