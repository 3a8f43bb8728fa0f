/** A value in a few words, for findings. A finding goes to CI logs: what may be a secret is never shown. */
import type { Value } from "./value.ts";

const SHOWN_MAX = 60;
const SECRET_PATH = /password|secret|token|credential|private|api_?key|connection|userdata|user_data|environment/i;

export function showValue(value: Value, path: string): string {
  switch (value.kind) {
    case "absent":
      return "not set";
    case "scalar":
      if (value.value === null) return "empty";
      return SECRET_PATH.test(path) && typeof value.value === "string" ? "a literal" : shorten(quote(value.value));
    case "list":
      return value.items.length === 0 ? "an empty list" : showItems(value.items, path);
    case "map":
      return value.entries.size === 0 ? "empty" : `{ ${shorten([...value.entries.keys()].join(", "))} }`;
    case "reference":
      return `${value.resource}${value.attribute === "" ? "" : `.${value.attribute}`}`;
    case "text":
      return SECRET_PATH.test(path) ? "a text" : shorten(`"${value.parts.map(showPart).join("")}"`);
    case "choice":
      return value.options.map((option) => showValue(option, path)).join(" or ");
    case "unknown":
      return "not known before deployment";
  }
}

function showPart(part: string | Value): string {
  if (typeof part === "string") return part;
  return part.kind === "reference" ? `\${${part.resource}${part.attribute && `.${part.attribute}`}}` : "${…}";
}

function showItems(items: readonly Value[], path: string): string {
  const shown = items.slice(0, 4).map((item) => showValue(item, path));
  return `[${shorten(shown.join(", "))}${items.length > 4 ? ", …" : ""}]`;
}

function quote(value: string | number | boolean): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

export function shorten(text: string, most = SHOWN_MAX): string {
  // Control characters of a hostile template must not reach a terminal.
  // oxlint-disable-next-line no-control-regex -- they are what is being removed
  const clean = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ");
  return clean.length <= most ? clean : `${clean.slice(0, most - 1)}…`;
}
