/** The separators of a search value, `,` `|` `$`, and their escape by a backslash (FHIR R4 search §3.1.1.4.0.4). */

/** Parts between unescaped separators; each still escaped. */
export function splitEscaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** A backslash before anything but a separator or a backslash stands for itself. */
export function unescapeValue(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\\|,$])/g, "$1") : text;
}

/** A text as a value that stands for itself. */
export function escapeValue(text: string): string {
  return text.replace(/[\\,$|]/g, "\\$&");
}
