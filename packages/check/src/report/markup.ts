/** Text in XML and HTML. Names in templates are whatever their authors wrote, and reports are opened in browsers. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeMarkup(text: string): string {
  // oxlint-disable-next-line no-control-regex -- XML 1.0 allows none of these, not even escaped
  const clean = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\uFFFD");
  return clean.toWellFormed().replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
