/**
 * Texts of which parts are decided at deployment: names and ARNs as both code and templates mean them, comparable before
 * either exists. A symbol is written as Fn::Sub writes it: `arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Queue}`.
 * `${Queue}` is the name of a resource of the graph; `${?…}` is a part that nobody knows before deployment, which equals
 * itself and may equal anything; `*` stands for what is known at run time only, or is a policy's own wildcard.
 */

export type Cover = "yes" | "maybe" | "no";

export const REGION = "${AWS::Region}";
export const ACCOUNT = "${AWS::AccountId}";

/** A part that is not known before deployment. */
export function openSymbol(reason: string): string {
  return `\${?${reason.replaceAll(/[${}]/g, "")}}`;
}

export function isOpen(symbol: string): boolean {
  return symbol.includes("${?");
}

/** Whether everything that the text can become is covered by a policy's pattern. */
export function covers(pattern: string, text: string): Cover {
  if (pattern === "*" || pattern === text) return "yes";
  const [wide, narrow] = [fieldsOf(pattern), fieldsOf(text)];
  // Only `*` covers what has no ARN, and `arn:*` and the like only what has one.
  if (!wide || !narrow) return coversTokens(tokensOf(pattern), tokensOf(text));
  return least(
    wide.map((field, index) => {
      const other = narrow[index] ?? [];
      return index === 3 || index === 4 ? coversPlace(field, other) : coversTokens(field, other);
    }),
  );
}

/** Whether some text is meant by both patterns. */
export function overlaps(one: string, other: string): boolean {
  if (one === other || one === "*" || other === "*") return true;
  const [first, second] = [fieldsOf(one), fieldsOf(other)];
  if (!first || !second) return meet(tokensOf(one), tokensOf(other));
  return first.every((field, index) => {
    const twin = second[index] ?? [];
    return index === 3 || index === 4 ? coversPlace(field, twin) !== "no" : meet(field, twin);
  });
}

/** Characters, and whole `${…}`. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\$\{[^}]*\}|[\s\S]/g) ?? [];
}

/** The six fields of an ARN. */
export function fieldsOf(text: string): readonly (readonly string[])[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  let fields = knownFields.get(text);
  if (fields === undefined) {
    fields = splitFields(text) ?? null;
    if (knownFields.size >= KNOWN_MAX) knownFields.clear();
    knownFields.set(text, fields);
  }
  return fields ?? undefined;
}

/** The same few ARNs are asked about again and again. */
const KNOWN_MAX = 5_000;
const knownFields = new Map<string, readonly (readonly string[])[] | null>();

function splitFields(text: string): readonly (readonly string[])[] | undefined {
  const fields: string[][] = [[]];
  for (const token of tokensOf(text)) {
    if (token === ":" && fields.length < 6) fields.push([]);
    else fields.at(-1)?.push(token);
  }
  if (fields.length < 6) return undefined;
  // aws-us-gov and aws-cn are the same places under other names.
  return fields.with(1, ["aws"]);
}

export function partsOf(arn: string): readonly string[] | undefined {
  return fieldsOf(arn)?.map((field) => field.join(""));
}

/** Region and account: a stack's own are taken as those that an ARN with a literal means. */
function coversPlace(wide: readonly string[], narrow: readonly string[]): Cover {
  const [pattern, text] = [wide.join(""), narrow.join("")];
  if (pattern === text || pattern === "*" || pattern.startsWith("${") || text.startsWith("${")) return "yes";
  return text === "*" || pattern.includes("*") ? coversTokens(wide, narrow) : "no";
}

function coversTokens(pattern: readonly string[], text: readonly string[]): Cover {
  if (glob(pattern, text)) return "yes";
  return meet(pattern, text) ? "maybe" : "no";
}

/** A `*` of the text is covered by a `*` of the pattern only. Linear in both. */
function glob(pattern: readonly string[], text: readonly string[]): boolean {
  let [at, star, mark] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at++;
      mark = index;
    } else if (at < pattern.length && (wanted === text[index] || (wanted === "?" && isOneCharacter(text[index])))) {
      at++;
      index++;
    } else if (star !== -1) {
      at = star + 1;
      index = ++mark;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

function isOneCharacter(token: string | undefined): boolean {
  return token !== undefined && token.length === 1 && token !== "*";
}

/** Whether two patterns have a text in common; open parts may be anything. Bounded: names are short, and long ones cut. */
function meet(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [one.slice(0, 400), other.slice(0, 400)];
  let row = second.reduce<boolean[]>((cells, token) => [...cells, cells.at(-1) === true && isAny(token)], [true]);
  for (const token of first) {
    const next = [row[0] === true && isAny(token)];
    for (const [index, twin] of second.entries()) {
      const skip = (isAny(token) && row[index + 1] === true) || (isAny(token) && next[index] === true);
      const skipTwin = (isAny(twin) && next[index] === true) || (isAny(twin) && row[index + 1] === true);
      const both =
        row[index] === true && (token === twin || token === "?" || twin === "?" || isAny(token) || isAny(twin));
      next.push(skip || skipTwin || both);
    }
    row = next;
  }
  return row.at(-1) === true;
}

function isAny(token: string): boolean {
  return token === "*" || token.startsWith("${?");
}

function least(covers: readonly Cover[]): Cover {
  return covers.includes("no") ? "no" : covers.includes("maybe") ? "maybe" : "yes";
}
