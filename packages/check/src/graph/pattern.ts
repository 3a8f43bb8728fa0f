/** Matching of texts: literals inside patterns, and IAM's wildcards. */

/** A literal as part of a regular expression. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Whether an IAM pattern (`s3:Get*`, `?` for one character) covers the text, letter case aside. Linear in both. */
export function coversText(pattern: string, text: string): boolean {
  const wild = pattern.toLowerCase();
  const plain = text.toLowerCase();
  let [at, star, mark] = [0, -1, 0];
  for (let index = 0; index < plain.length;) {
    if (wild[at] === "*") {
      star = at++;
      mark = index;
    } else if (at < wild.length && (wild[at] === "?" || wild[at] === plain[index])) {
      at++;
      index++;
    } else if (star !== -1) {
      at = star + 1;
      index = ++mark;
    } else return false;
  }
  while (wild[at] === "*") at++;
  return at === wild.length;
}
