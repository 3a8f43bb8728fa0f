/** R4's primitive types (FHIR R4 datatypes §2.24.0.1): whether a JSON value is one. */
import { isDate as isDateText, isDateTime as isDateTimeText, isInstant as isInstantText } from "./dates.ts";

/** FHIR R4 string: at most 1 MB. Longer text belongs in an Attachment. */
const STRING_MAX = 1024 * 1024;
const INTEGER_MAX = 2_147_483_647;

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const CODE = /^[^\s]+(?:\s[^\s]+)*$/;
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?$/;
const MIME_TYPE = /^[^\s/;,]+(?:\/[^\s/;,]+(?:\s*;\s*\S.*)?)?$/;

export function isBoolean(value: unknown): boolean {
  return value === true || value === false;
}

export function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) <= INTEGER_MAX && (value as number) >= -INTEGER_MAX - 1;
}

export function isUnsignedInt(value: unknown): boolean {
  return isInteger(value) && (value as number) >= 0;
}

export function isPositiveInt(value: unknown): boolean {
  return isInteger(value) && (value as number) > 0;
}

export function isDecimal(value: unknown): boolean {
  return Number.isFinite(value);
}

/** Some character must not be white space, and none a control character but tab, line feed and carriage return. */
export function isString(value: unknown): boolean {
  return typeof value === "string" && value.length <= STRING_MAX && hasInk(value) && !CONTROLS.test(value);
}

export function isMarkdown(value: unknown): boolean {
  return isString(value);
}

/** Its rules are the narrative's (`txt-1`, `txt-2`). */
export function isXhtml(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

export function isCode(value: unknown): boolean {
  return typeof value === "string" && CODE.test(value) && !CONTROLS.test(value);
}

export function isId(value: unknown): boolean {
  return typeof value === "string" && ID.test(value);
}

export function isUri(value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code <= 32 || code === 0x7f) return false;
  }
  return true;
}

/** With a scheme (RFC 3986 §4.3), or a fragment, by which a resource refers to what it contains. */
export function isAbsoluteUri(value: unknown): boolean {
  return isUri(value) && /^(?:[A-Za-z][A-Za-z0-9+.-]*:|#)/.test(value as string);
}

export function isUrl(value: unknown): boolean {
  return isUri(value);
}

export function isCanonical(value: unknown): boolean {
  return isUri(value);
}

export function isOid(value: unknown): boolean {
  return typeof value === "string" && OID.test(value);
}

export function isUuid(value: unknown): boolean {
  return typeof value === "string" && UUID.test(value);
}

export function isDate(value: unknown): boolean {
  return typeof value === "string" && isDateText(value);
}

export function isDateTime(value: unknown): boolean {
  return typeof value === "string" && isDateTimeText(value);
}

export function isInstant(value: unknown): boolean {
  return typeof value === "string" && isInstantText(value);
}

export function isTime(value: unknown): boolean {
  return typeof value === "string" && TIME.test(value);
}

/** RFC 4648 §4 with padding; white space between quanta is allowed. By hand: a pattern would overflow on megabytes. */
export function isBase64Binary(value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  let digits = 0;
  let padding = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 61) padding++;
    else if (code === 32 || code === 10 || code === 13 || code === 9) {
      if ((digits + padding) % 4 !== 0) return false;
    } else if (padding > 0 || !isBase64Digit(code)) return false;
    else digits++;
  }
  return digits > 0 && padding <= 2 && (digits + padding) % 4 === 0;
}

/** BCP 13, its parameters unread; also its short forms without a subtype, which R4's own examples use. */
export function isMimeType(value: unknown): boolean {
  return typeof value === "string" && MIME_TYPE.test(value);
}

export function isCurrency(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z]{3}$/.test(value);
}

function isBase64Digit(code: number): boolean {
  return (
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    code === 43 ||
    code === 47
  );
}

function hasInk(text: string): boolean {
  if (text.charCodeAt(0) > 32) return true;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 32) return true;
  return false;
}
