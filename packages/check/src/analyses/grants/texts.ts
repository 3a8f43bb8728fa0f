/** What a value of code says as text: all that it can be, or how it begins, or why nobody knows. */
import { GLOBAL, type CodeValue } from "../../code/contract.ts";
import { reasonOf } from "../../readers/ward/code-to-value.ts";

export interface Texts {
  /** Whole texts. */
  readonly known: readonly string[];
  /** Beginnings of texts whose rest is not known; not empty. */
  readonly heads: readonly string[];
  /** Why it may be something else besides, in words that go after "depends on". */
  readonly open?: string;
}

export function textsOf(value: CodeValue | undefined): Texts {
  if (value === undefined) return { known: [], heads: [], open: "what is not given" };
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? { known: [value.value], heads: [] } : { known: [], heads: [] };
    case "choice":
      return together(value.options.map(textsOf));
    case "text":
      return beginnings(value.parts);
    case "environment":
      return together([
        { known: [], heads: [], open: reasonOf(value) },
        ...(value.fallback ? [textsOf(value.fallback)] : []),
      ]);
    case "instance":
      return isGlobal(value.of, "URL", "Request")
        ? urlTexts(value.args, value.path)
        : { known: [], heads: [], open: reasonOf(value) };
    case "derived":
      if (value.how === "new URL") return urlTexts(value.from, value.path);
      return ["String", ".toString", ".trim"].includes(value.how) && value.path.length === 0
        ? textsOf(value.from[0])
        : { known: [], heads: [], open: reasonOf(value) };
    default:
      return { known: [], heads: [], open: reasonOf(value) };
  }
}

/** `new URL(url, base)`, and what is asked of it. */
function urlTexts([url, base]: readonly CodeValue[], path: readonly string[]): Texts {
  const given = textsOf(url);
  const bases = base === undefined || base.kind === "object" ? undefined : textsOf(base);
  const [member = "href"] = path;
  if (path.length > 1 || !["href", "origin", "url"].includes(member))
    return { known: [], heads: [], open: "a part of a URL" };
  if (!bases) return member === "origin" ? mapped(given, originOf) : given;
  const known = given.known.flatMap((text) => bases.known.map((from) => resolved(text, from)));
  // What begins with one slash stays at the base's host; anything else may name a host of its own.
  const heads = given.heads.filter((head) => /^\/(?!\/)/.test(head));
  const isOpen = heads.length < given.heads.length || bases.heads.length > 0;
  const open = given.open ?? bases.open ?? (isOpen ? "a URL of which parts are not known" : undefined);
  const begun = heads.flatMap((head) => bases.known.map((from) => resolved(head, from)));
  const all = { known, heads: begun, ...(open === undefined ? {} : { open }) };
  return member === "origin" ? mapped(all, originOf) : all;
}

function resolved(url: string, base: string): string {
  return URL.canParse(url, base) ? new URL(url, base).href : url;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function mapped(texts: Texts, change: (text: string) => string): Texts {
  return { ...texts, known: texts.known.map(change) };
}

function isGlobal(value: CodeValue, ...names: readonly string[]): boolean {
  return value.kind === "external" && value.module === GLOBAL && names.includes(value.path.join("."));
}

/** Each way in which the leading parts can turn out, up to the first that is not known. */
function beginnings(parts: readonly (string | CodeValue)[]): Texts {
  let heads: readonly string[] = [""];
  for (const part of parts) {
    const texts = typeof part === "string" ? { known: [part], heads: [] } : textsOf(part);
    const next = heads.flatMap((head) => texts.known.map((text) => head + text));
    if (texts.open !== undefined || texts.heads.length > 0 || next.length === 0 || next.length > 64) {
      const begun = heads
        .flatMap((head) => [head, ...texts.heads.map((text) => head + text)])
        .filter((text) => text !== "");
      const open = texts.open ?? "a text of which parts are not known";
      return begun.length === 0 ? { known: [], heads: [], open } : { known: [], heads: begun };
    }
    heads = next;
  }
  return { known: heads, heads: [] };
}

function together(all: readonly Texts[]): Texts {
  const open = all.find((one) => one.open !== undefined)?.open;
  return {
    known: [...new Set(all.flatMap(({ known }) => known))],
    heads: [...new Set(all.flatMap(({ heads }) => heads))],
    ...(open === undefined ? {} : { open }),
  };
}
