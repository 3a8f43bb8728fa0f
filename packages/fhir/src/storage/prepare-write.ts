/** A write on its way to storage: validated, its compartment and its blind indexes found. No database, no version yet. */
import { WardError } from "@ward/core";
import type { Vault } from "@ward/vault";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { indexOf } from "../search/index-of.ts";
import type { IndexOptions } from "../search/tokens/index-options.ts";
import { invalid, validate } from "../validate.ts";
import { literalReference, patientOf } from "./compartment.ts";
import type { PreparedWrite, RecordWrite } from "./contract.ts";
import { recordIdOf } from "./record-id.ts";

export interface WriteRules {
  readonly namedSubjects: boolean;
  readonly index: IndexOptions;
}

export function prepareWrite(vault: Vault, write: RecordWrite, { namedSubjects, index }: WriteRules): PreparedWrite {
  const { kind, type, id } = write;
  const common = { kind, type, id, recordId: recordIdOf(vault, type, id) };
  if (kind === "delete") return { ...common, ifMatch: write.ifMatch, draft: undefined };
  const resource = withIdentity(write.resource, id);
  validate(resource);
  const patient = patientOf(resource, namedSubjects);
  return {
    ...common,
    ifMatch: kind === "update" ? write.ifMatch : undefined,
    draft: {
      resource,
      subjectId: patient === undefined ? undefined : recordIdOf(vault, "Patient", patient),
      tokens: indexOf(resource, (domain, value) => vault.blindIndex(domain, value), index).tokens,
    },
  };
}

/** Literal references to records of these types, as `Type/id`. */
export function referencesTo(types: ReadonlySet<string>, resource: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: JsonValue): void => {
    if (Array.isArray(value)) for (const each of value) look(each);
    else if (isObject(value)) {
      const { reference } = value;
      const literal = typeof reference === "string" ? literalReference(reference) : undefined;
      if (literal && types.has(literal[0])) found.add(literal.join("/"));
      for (const each of Object.values(value)) look(each);
    }
  };
  look(resource);
  return found;
}

/** `meta` gets its version and time when the version is known; until then placeholders that are valid R4. */
function withIdentity(sent: JsonObject, id: string): JsonObject {
  const { resourceType, meta } = sent;
  const type = resourceType as string;
  if (meta !== undefined && !isObject(meta)) throw invalid([`${type}.meta: structure`]);
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) throw new WardError("invalid-request", { type, reason: "id" });
  const identity = { resourceType: type, id, meta: { ...meta, versionId: "1", lastUpdated: "2000-01-01T00:00:00Z" } };
  // First for the order, last for the values.
  return Object.assign({}, identity, sent, identity);
}
