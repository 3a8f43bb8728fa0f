/** What a value of code says as text: all that it can be, or how it begins, or why nobody knows. */
import type { CodeValue } from "../../code/contract.ts";
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
      // `new URL("https://…")` is what it is made of.
      return value.path.length === 0 || value.path.join() === "href"
        ? textsOf(value.args[0])
        : { known: [], heads: [], open: reasonOf(value) };
    case "derived":
      return ["String", "new URL", ".toString", ".trim"].includes(value.how) && value.path.length === 0
        ? textsOf(value.from[0])
        : { known: [], heads: [], open: reasonOf(value) };
    default:
      return { known: [], heads: [], open: reasonOf(value) };
  }
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
