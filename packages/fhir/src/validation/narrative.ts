/**
 * A narrative's XHTML against what R4 allows (FHIR R4 narrative §2.4.0, `txt-1`, `txt-2`): one `div` of HTML 4's basic
 * formatting, links and images, well-formed; no scripts, forms, frames, event attributes or style sheets from elsewhere;
 * some text or an image. Allow-lists alone decide, so that what a browser will know tomorrow is refused today. One walk
 * over the text, no backtracking.
 */
import type { Check } from "./check.ts";
import { XHTML_ENTITIES } from "./entities.ts";

const ELEMENTS = new Set(
  (
    "p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo " +
    "kbd sub sup ul ol li dl dt dd pre table caption colgroup col thead tr tfoot tbody th td code samp img map area ins del"
  ).split(" "),
);
const ATTRIBUTES = new Set(
  (
    "title style class id lang xml:lang dir accesskey tabindex xml:space span width align valign char charoff abbr axis " +
    "headers scope rowspan colspan border height alt name href src cite charset type hreflang rel rev shape coords " +
    "longdesc usemap ismap nohref summary frame rules cellspacing cellpadding nowrap datetime start value compact clear " +
    "bgcolor color face size noshade"
  ).split(" "),
);
/** What no paragraph may hold (HTML 4.01 §9.3.1): browsers end it there, and show another text than was sent. */
const BLOCKS = new Set("p div blockquote table ol ul dl pre hr h1 h2 h3 h4 h5 h6 address".split(" "));
const XHTML = "http://www.w3.org/1999/xhtml";
const NAME = /[A-Za-z_][A-Za-z0-9_:.-]*/y;
const SPACE = /[ \t\r\n]*/y;
const ENTITY = /&(?:#\d+|#x[0-9A-Fa-f]+|([A-Za-z][A-Za-z0-9]*));/y;
const LINK = /^(?:https?:|mailto:|tel:|fax:|ftp:|urn:|#|[^:]*$|[^:]*[/?#])/i;
const DEPTH_MAX = 256;

export function narrative(value: unknown, c: Check): void {
  if (typeof value !== "string" || value === "") return;
  const verdict = read(value);
  if (verdict !== undefined && c.issues.length < c.issuesMax) c.issues.push({ path: "div", rule: verdict });
}

/** The constraint that the text breaks. */
function read(text: string): "txt-1" | "txt-2" | undefined {
  const open: string[] = [];
  let hasContent = false;
  let at = skip(SPACE, text, 0);
  do {
    const next = text.indexOf("<", at);
    const end = next < 0 ? text.length : next;
    if (end > at) {
      if (open.length === 0 || !isText(text, at, end)) return "txt-1";
      hasContent ||= text.slice(at, end).trim() !== "";
    }
    if (next < 0) return "txt-1";
    if (text.startsWith("<!--", next)) {
      const close = text.indexOf("-->", next + 4);
      if (close < 0) return "txt-1";
      at = close + 3;
    } else if (text[next + 1] === "/") {
      const name = nameAt(text, next + 2);
      at = skip(SPACE, text, next + 2 + name.length);
      if (name === "" || open.pop() !== name || text[at] !== ">") return "txt-1";
      at++;
    } else {
      const tag = readTag(text, next, open.length === 0);
      if (!tag || (BLOCKS.has(tag.name) && open.includes("p"))) return "txt-1";
      if (!tag.isClosed && open.push(tag.name) > DEPTH_MAX) return "txt-1";
      hasContent ||= tag.name === "img";
      at = tag.end;
    }
  } while (open.length > 0);
  // Comments may follow the div, text and elements may not.
  if (
    text
      .slice(at)
      .replaceAll(/<!--[^>]*-->/g, "")
      .trim() !== ""
  )
    return "txt-1";
  return hasContent ? undefined : "txt-2";
}

interface Tag {
  readonly name: string;
  readonly isClosed: boolean;
  readonly end: number;
}

function readTag(text: string, start: number, isRoot: boolean): Tag | undefined {
  const name = nameAt(text, start + 1);
  if (!ELEMENTS.has(name) || (isRoot && name !== "div")) return undefined;
  let at = start + 1 + name.length;
  let namespace: string | undefined;
  const seen = new Set<string>();
  for (;;) {
    const from = at;
    at = skip(SPACE, text, at);
    if (text[at] === ">" || text.startsWith("/>", at)) {
      if (isRoot && namespace !== XHTML) return undefined;
      const isClosed = text[at] === "/";
      return { name, isClosed, end: at + (isClosed ? 2 : 1) };
    }
    const attribute = nameAt(text, at);
    if (attribute === "" || at === from || seen.has(attribute)) return undefined;
    seen.add(attribute);
    at = skip(SPACE, text, at + attribute.length);
    if (text[at] !== "=") return undefined;
    at = skip(SPACE, text, at + 1);
    const quote = text[at];
    if (quote !== '"' && quote !== "'") return undefined;
    const end = text.indexOf(quote, at + 1);
    if (end < 0) return undefined;
    const value = text.slice(at + 1, end);
    if (attribute === "xmlns") namespace = value;
    if (!isAttribute(name, attribute, value)) return undefined;
    at = end + 1;
  }
}

function isAttribute(element: string, name: string, raw: string): boolean {
  if (raw.includes("<") || !isText(raw, 0, raw.length)) return false;
  if (name === "xmlns") return raw === XHTML;
  if (!ATTRIBUTES.has(name.toLowerCase())) return false;
  // Browsers ignore white space and controls inside a scheme, and read character references.
  const value = Array.from(decode(raw))
    .filter((each) => each > " " && each !== "\u007f")
    .join("");
  if (name === "style") return !/url\(|expression\(|@import|javascript:|-moz-binding|behavior:|\\/i.test(value);
  if (name === "src")
    return element === "img" && (/^data:image\/(?!svg)/i.test(value) || LINK.test(value)) && !hasScript(value);
  if (name === "href" || name === "cite" || name === "longdesc" || name === "usemap")
    return LINK.test(value) && !hasScript(value);
  return true;
}

function hasScript(value: string): boolean {
  return /^(?:javascript|vbscript|livescript|mocha):/i.test(value);
}

/** No `&` but of an entity. */
function isText(text: string, from: number, to: number): boolean {
  for (let at = text.indexOf("&", from); at >= 0 && at < to; at = text.indexOf("&", at + 1)) {
    ENTITY.lastIndex = at;
    const entity = ENTITY.exec(text);
    if (entity === null || (entity[1] !== undefined && !XHTML_ENTITIES.has(entity[1]))) return false;
  }
  return true;
}

function decode(text: string): string {
  return text
    .replaceAll(/&#x([0-9A-Fa-f]+);/g, (_, hex: string) => character(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d+);/g, (_, decimal: string) => character(Number(decimal)))
    .replaceAll("&colon;", ":")
    .replaceAll(/&(?:Tab|NewLine);/g, "")
    .replaceAll("&amp;", "&");
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function nameAt(text: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0] ?? "";
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}
