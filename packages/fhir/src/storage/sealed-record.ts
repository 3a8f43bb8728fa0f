/**
 * A version between memory and its row. The ciphertext is bound to type, record id and version, and to the compartment's
 * key: a body moved to another row, or a row moved to another patient, does not open (FIPS 140-3 AES-GCM, AAD). Nothing
 * is compressed before sealing: the length would then tell of the content.
 *
 * What is sealed is a head, a line feed and the resource as JSON in UTF-8. The head holds the names of the resource's
 * elements and its security labels, which the door must be told of each record that leaves, and whether a decimal in it
 * has a text of its own: so a resource that leaves as it is need not be parsed, and most are parsed by the engine alone.
 * A version without a head begins with the resource's brace.
 */
import type { Touched } from "@ward/access";
import { WardError } from "@ward/core";
import type { CompartmentKeys, SealContext } from "@ward/vault";
import { searchValuesOf } from "../extraction/extract.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import { hasExact, isObject, JSON_LIMITS, readJson, writeJson, type JsonObject, type JsonValue } from "../json.ts";
import { compartmentId } from "./compartment.ts";
import { isOnCard } from "./card-parameters.ts";
import type { OpenRecord, RecordRow, Sketch } from "./contract.ts";
import { isLogicalId } from "./record-id.ts";
import { elementsOf } from "./resource-elements.ts";

export interface Sealed {
  readonly body: Buffer;
  /** What was sealed, without its head. */
  readonly json: Buffer;
}

interface Head {
  /** Element names that the resource discloses: the top level, without `resourceType`. */
  readonly fields: readonly string[];
  readonly labels: readonly string[];
  /** `JSON.parse` loses nothing. */
  readonly isPlain: boolean;
}

const LINE_FEED = 0x0a;
const BRACE = 0x7b;
const HEADS_MAX = 2_000;
const knownHeads = new Map<string, Head>();

/** Throws `too-large`. */
export function sealResource(
  keys: CompartmentKeys,
  { type, recordId, version, subjectId }: Pick<OpenRecord, "type" | "recordId" | "version" | "subjectId">,
  resource: JsonObject,
): Sealed {
  const head = `${JSON.stringify([fieldsOf(resource), labelsOf(resource), !hasExact(resource)])}\n`;
  const text = writeJson(resource);
  const headBytes = Buffer.byteLength(head);
  // Put together as bytes: as one text they would be copied once more.
  const plaintext = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text));
  plaintext.write(head);
  plaintext.write(text, headBytes);
  const json = plaintext.subarray(headBytes);
  if (json.length > JSON_LIMITS.resourceMaxBytes) {
    throw new WardError("too-large", { type, limitBytes: JSON_LIMITS.resourceMaxBytes });
  }
  const body = keys.seal(compartmentId(type, subjectId), contextOf(type, recordId, version), plaintext);
  return { body, json };
}

/**
 * A version opened, which is parsed when somebody looks: most of what is found leaves as it is. Throws
 * `decryption-failed`. `sketch`: what has told some of its values already.
 */
export function openRecord(keys: CompartmentKeys, row: RecordRow, sketch?: Sketch): OpenRecord {
  const { type, id, version } = row;
  const plaintext = keys.open(compartmentId(type, row.subject_id), contextOf(type, id, version), row.body);
  const end = plaintext[0] === BRACE ? -1 : plaintext.indexOf(LINE_FEED);
  const json = plaintext.subarray(end + 1);
  const head = end < 0 ? headOf(parse(json, type, false)) : readHead(plaintext.toString("utf8", 0, end));
  return new OpenedRecord(row, head, json, sketch);
}

class OpenedRecord implements OpenRecord {
  readonly type: string;
  readonly recordId: string;
  readonly version: number;
  readonly json: Buffer;
  readonly #row: RecordRow;
  readonly #head: Head;
  readonly #sketch: Sketch | undefined;
  #resource: JsonObject | undefined;
  #elements: JsonObject | undefined;

  constructor(row: RecordRow, head: Head, json: Buffer, sketch: Sketch | undefined) {
    this.type = row.type;
    this.recordId = row.id;
    this.version = row.version;
    this.json = json;
    this.#row = row;
    this.#head = head;
    this.#sketch = sketch;
  }

  get id(): string {
    if (this.#sketch !== undefined) return this.#sketch.id;
    return isLogicalId(this.recordId) ? this.recordId : (this.resource["id"] as string);
  }

  get sequence(): bigint {
    return this.#row.sequence;
  }

  get subjectId(): string | undefined {
    return this.#row.subject_id ?? undefined;
  }

  get lastUpdated(): Date {
    return this.#row.last_updated;
  }

  get deleted(): boolean {
    return this.#row.deleted;
  }

  get labels(): readonly string[] {
    return this.#head.labels;
  }

  get touched(): Touched {
    const { type, recordId: id, subjectId } = this;
    const { fields } = this.#head;
    return subjectId === undefined ? { type, id, fields } : { type, id, subjectId, fields };
  }

  get resource(): JsonObject {
    return (this.#resource ??= parse(this.json, this.type, this.#head.isPlain));
  }

  valuesOf(parameter: string): readonly SearchValue[] {
    if (this.#sketch !== undefined && isOnCard(this.type, parameter)) return this.#sketch.valuesOf(parameter);
    return searchValuesOf(this.#resource ?? this.#searched(), parameter);
  }

  /** What nothing is lost of need not be parsed whole to be matched again. */
  #searched(): JsonObject {
    const { fields, isPlain } = this.#head;
    return (this.#elements ??= isPlain ? elementsOf(this.type, this.json, fields) : this.resource);
  }
}

function parse(json: Buffer, type: string, isPlain: boolean): JsonObject {
  // Authenticated: it is the text that was sealed.
  const text = json.toString("utf8");
  const resource = isPlain ? (JSON.parse(text) as JsonValue) : readJson(text);
  if (!isObject(resource)) throw new WardError("decryption-failed", { type });
  return resource;
}

/** Records of one kind have the same head, and it is read for each that leaves. */
function readHead(text: string): Head {
  let head = knownHeads.get(text);
  if (head === undefined) {
    const [fields, labels, isPlain] = JSON.parse(text) as [string[], string[], boolean];
    head = { fields, labels, isPlain };
    if (knownHeads.size >= HEADS_MAX) knownHeads.clear();
    knownHeads.set(text, head);
  }
  return head;
}

function headOf(resource: JsonObject): Head {
  return { fields: fieldsOf(resource), labels: labelsOf(resource), isPlain: false };
}

export function fieldsOf(resource: JsonObject): string[] {
  return Object.keys(resource).filter((key) => key !== "resourceType");
}

/** `meta.security` as `system|code`. */
export function labelsOf(resource: JsonObject): string[] {
  const { meta } = resource;
  const security: JsonValue | undefined = isObject(meta) ? meta["security"] : undefined;
  if (!Array.isArray(security)) return [];
  return security.flatMap((each) =>
    isObject(each)
      ? [`${(each["system"] as string | undefined) ?? ""}|${(each["code"] as string | undefined) ?? ""}`]
      : [],
  );
}

function contextOf(type: string, id: string, version: number): SealContext {
  return { use: "fhir", type, id, version };
}
