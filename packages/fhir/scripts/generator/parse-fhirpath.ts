/**
 * Parses the FHIRPath that R4's constraints and search parameters are written in (FHIRPath N1, without quantities and
 * date literals, which neither uses). A recursive descent over N1's precedence table. Throws on anything else, so that
 * the generator fails instead of generating half a rule.
 */
export type Ast =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "empty" }
  | { readonly kind: "this" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "member"; readonly of: Ast | undefined; readonly name: string }
  | { readonly kind: "call"; readonly of: Ast | undefined; readonly name: string; readonly args: readonly Ast[] }
  | { readonly kind: "index"; readonly of: Ast; readonly at: Ast }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Ast; readonly right: Ast }
  | { readonly kind: "type"; readonly operator: "is" | "as"; readonly of: Ast; readonly type: string };

/** Loosest first; `is` and `as` bind between union and inequality (N1 §"Operator Precedence"). */
const LEVELS: readonly (readonly string[])[] = [
  ["implies"],
  ["or", "xor"],
  ["and"],
  ["in", "contains"],
  ["=", "!=", "~", "!~"],
  ["<=", ">=", "<", ">"],
  ["|"],
  ["is", "as"],
  ["+", "-", "&"],
  ["*", "/", "div", "mod"],
];

const TOKEN =
  /\s*(?:('(?:\\.|[^'\\])*')|(\d+(?:\.\d+)?)|(%?[A-Za-z_]\w*|\$this|`[^`]+`)|(<=|>=|!=|!~|[=<>|+\-&*/~.,()[\]{}]))/y;

export function parseFhirpath(text: string): Ast {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const expect = (token: string): void => {
    if (tokens[at++] !== token) throw new Error(`expected ${token} at ${at} in: ${text}`);
  };

  function binary(level: number): Ast {
    const operators = LEVELS[level];
    if (!operators) return postfix();
    let left = binary(level + 1);
    for (;;) {
      const operator = peek();
      if (operator === undefined || !operators.includes(operator)) return left;
      at++;
      if (operator === "is" || operator === "as") {
        const type = tokens[at++] ?? "";
        left = { kind: "type", operator, of: left, type };
      } else left = { kind: "binary", operator, left, right: binary(level + 1) };
    }
  }

  function postfix(): Ast {
    let ast = primary();
    for (;;) {
      if (peek() === ".") {
        at++;
        ast = invocation(ast);
      } else if (peek() === "[") {
        at++;
        ast = { kind: "index", of: ast, at: binary(0) };
        expect("]");
      } else return ast;
    }
  }

  function invocation(of: Ast | undefined): Ast {
    const name = (tokens[at++] ?? "").replaceAll("`", "");
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`unexpected ${name} in: ${text}`);
    if (peek() !== "(") return { kind: "member", of, name };
    at++;
    const args: Ast[] = [];
    while (peek() !== ")") {
      args.push(binary(0));
      if (peek() === ",") at++;
    }
    expect(")");
    return { kind: "call", of, name, args };
  }

  function primary(): Ast {
    const token = peek() ?? "";
    if (token === "(") {
      at++;
      const inner = binary(0);
      expect(")");
      return inner;
    }
    if (token === "{") {
      at++;
      expect("}");
      return { kind: "empty" };
    }
    if (token.startsWith("'")) {
      at++;
      return { kind: "literal", value: unescape(token.slice(1, -1)) };
    }
    if (/^\d/.test(token)) {
      at++;
      return { kind: "literal", value: Number(token) };
    }
    if (token === "true" || token === "false") {
      at++;
      return { kind: "literal", value: token === "true" };
    }
    if (token === "$this") {
      at++;
      return { kind: "this" };
    }
    if (token.startsWith("%")) {
      at++;
      return { kind: "variable", name: token.slice(1) };
    }
    return invocation(undefined);
  }

  const ast = binary(0);
  if (at !== tokens.length) throw new Error(`unexpected ${tokens[at]} in: ${text}`);
  return ast;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`cannot read FHIRPath at ${from}: ${text}`);
    tokens.push((match[1] ?? match[2] ?? match[3] ?? match[4]) as string);
  }
  return tokens;
}

/** N1 escapes; an escape it does not know stands for its character, as R4's own expressions expect (`\d` stays). */
function unescape(text: string): string {
  const known: Record<string, string> = {
    n: "\n",
    r: "\r",
    t: "\t",
    f: "\f",
    "'": "'",
    '"': '"',
    "`": "`",
    "\\": "\\",
    "/": "/",
  };
  return text.replace(/\\(.)/g, (whole, each: string) => known[each] ?? whole);
}
