/**
 * A bundle's top without what is below it: which names it declares and where. Each part becomes a tree when it is asked for,
 * since a handler needs a hundredth of what is bundled with it.
 */
import type { Expression, Program, Statement, VariableDeclarator } from "oxc-parser";

export interface Part {
  readonly kind: "variable" | "function" | "class" | "expression";
  /** What it declares; for an expression, the name that it is about. */
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
  /** A variable without a value; it gets one in the wrapper that follows in the same declaration. */
  readonly isOpen: boolean;
  /** `__commonJS(…)` and `__esm(…)`: a module's code handed to a function. */
  readonly isWrapper: boolean;
  /** Parts of one declaration have the same. */
  readonly group: number;
}

/** Reads a piece of the text as statements; undefined where it cannot be read. */
export type ReadPiece = (text: string) => Program | undefined;

/** Wrappers of modules are longer than that. */
const WRAPPED_MIN = 400;
/** What stands for a function that is called where it stands. */
export const IMMEDIATE = "*immediate*";

export class Outline {
  readonly parts: readonly Part[];
  /** Imports and exports, as trees. */
  readonly declarations: readonly Statement[];
  readonly #text: string;
  readonly #read: ReadPiece;
  readonly #trees = new Map<Part, Statement | undefined>();

  constructor(text: string, program: Program, read: ReadPiece) {
    this.#text = text;
    this.#read = read;
    const body = [...program.body] as readonly Statement[];
    this.parts = body.flatMap((statement, group) => this.#partsOf(statement, group));
    this.declarations = body
      .filter(({ type }) => /^(?:Import|Export)/.test(type))
      .flatMap(({ start, end }) => this.#piece(start, end, "") ?? []);
  }

  text(part: Part): string {
    return this.#text.slice(part.start, part.end);
  }

  /** The statement that the part is; its places are those of the whole text. */
  tree(part: Part): Statement | undefined {
    if (this.#trees.has(part)) return this.#trees.get(part);
    const tree = this.#piece(part.start, part.end, part.kind === "variable" ? "var " : "");
    this.#trees.set(part, tree);
    return tree;
  }

  #piece(start: number, end: number, before: string): Statement | undefined {
    const program = this.#read(`${before}${this.#text.slice(start, end)}`);
    if (!program) return undefined;
    shift(program.body, start - before.length);
    return program.body[0] as Statement | undefined;
  }

  // The node may be one of the parser's own memory, of which only types and places are used.
  #partsOf(statement: Statement, group: number): readonly Part[] {
    const { start, end } = statement;
    const base = { start, end, isOpen: false, isWrapper: false, group };
    switch (statement.type) {
      case "FunctionDeclaration":
      case "ClassDeclaration": {
        const kind = statement.type === "FunctionDeclaration" ? "function" : "class";
        return statement.id ? [{ ...base, kind, names: [statement.id.name] }] : [];
      }
      case "VariableDeclaration":
        return statement.declarations.map((one) => this.#variable(one, group));
      case "ExpressionStatement": {
        const { expression } = statement;
        const all = expression.type === "SequenceExpression" ? [...expression.expressions] : [expression];
        return all.flatMap((one) => this.#expression(one, group));
      }
      default:
        return [];
    }
  }

  #variable({ id, init, start, end }: VariableDeclarator, group: number): Part {
    const base = { kind: "variable", start, end, isOpen: init === null, group } as const;
    const type: string = id.type;
    if (type === "Identifier" || type === "BindingIdentifier") {
      const { name } = id as { readonly name: string };
      return { ...base, names: [name], isWrapper: init !== null && isWrapper(init) };
    }
    const tree = this.#piece(start, end, "var ");
    const [first] = tree?.type === "VariableDeclaration" ? tree.declarations : [];
    return { ...base, names: first ? namesOf(first) : [], isWrapper: false };
  }

  #expression({ start, end }: Expression, group: number): readonly Part[] {
    const root = rootOf(this.#text, start, end);
    if (root === undefined) return [];
    return [{ kind: "expression", names: [root], start, end, isOpen: false, isWrapper: false, group }];
  }
}

function isWrapper(init: Expression): boolean {
  if (init.type !== "CallExpression") return false;
  const [first] = init.arguments;
  if (first?.type === "ObjectExpression") return init.end - init.start > WRAPPED_MIN;
  return first?.type === "ArrowFunctionExpression" || first?.type === "FunctionExpression";
}

const ASSIGNED = /^([\w$]+)(?:\.[\w$]+|\[[^\]]{1,40}\])*\s*=(?!=)/;
const METHOD = /^([\w$]+)(?:\.[\w$]+)+\(\s*([\w$]*)/;
const HANDED = /^(?:\(0,\s*[\w$.]+\)|[\w$]+)\(\s*([\w$]+)\s*[,.)]/;
const IN_PLACE = /^[!(+]*(?:async\s*)?(?:\(\)\s*=>|function\s*\(\s*\))/;
const ENUM = /\(\s*([\w$]+)\s*\|\|\s*\(\s*\1\s*=/;
const HEAD_MAX = 120;

/**
 * The name that an expression is about: what it assigns to, or calls a method of, or hands over first. By its text: there
 * are thousands of them, and most are never asked for.
 */
function rootOf(text: string, start: number, end: number): string | undefined {
  const head = text.slice(start, Math.min(end, start + HEAD_MAX));
  const assigned = ASSIGNED.exec(head);
  if (assigned) return assigned[1];
  const method = METHOD.exec(head);
  if (method) return method[1] === "Object" || method[1] === "Reflect" ? method[2] || undefined : method[1];
  const handed = HANDED.exec(head);
  if (handed) return handed[1];
  const tail = text.slice(Math.max(start, end - HEAD_MAX), end);
  return ENUM.exec(tail)?.[1] ?? (IN_PLACE.test(head) && /\(\)\)?$/.test(tail) ? IMMEDIATE : undefined);
}

function namesOf({ id }: VariableDeclarator): readonly string[] {
  if (id.type === "ObjectPattern") {
    return id.properties.flatMap((one) => {
      const target = one.type === "RestElement" ? one.argument : one.value;
      const named = target.type === "AssignmentPattern" ? target.left : target;
      return named.type === "Identifier" ? [named.name] : [];
    });
  }
  if (id.type !== "ArrayPattern") return [];
  return id.elements.flatMap((one) => (one?.type === "Identifier" ? [one.name] : []));
}

/** Moves a tree to the place that it has in the whole text. */
function shift(node: unknown, by: number): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) shift(item, by);
    return;
  }
  const at = node as { start?: number; end?: number };
  if (typeof at.start === "number") at.start += by;
  if (typeof at.end === "number") at.end += by;
  for (const child of Object.values(node)) if (typeof child === "object") shift(child, by);
}
