/** Places in one file that are annotated: where values of marked types come to be, and which functions are said to be safe. */
import type { Program } from "oxc-parser";

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Declarations {
  /** Where an expression begins whose value is PHI, with the type's name. */
  readonly values: ReadonlyMap<number, string>;
  /** Functions that take PHI away. */
  readonly safe: readonly Range[];
}

interface Node extends Range {
  readonly type: string;
  readonly [key: string]: unknown;
}

const NODES_MAX = 400_000;

export function declarationsIn(
  program: Program,
  text: string,
  types: ReadonlySet<string>,
  isSafe: (name: string) => boolean,
): Declarations {
  const values = new Map<number, string>();
  const safe: Range[] = [];
  const bound = new Map<string, Node[]>();
  const later: (readonly [string, Node])[] = [];
  for (const node of nodesOf(program as unknown as Node)) {
    const name = nameOf(node);
    if (name !== undefined && isFunction(node) && (isSafe(name) || isMarkedSafe(node, text))) safe.push(node);
    if (node.type === "VariableDeclarator") bind(node, bound);
    const typed = typedExpression(node, types, text);
    if (typed) later.push(typed);
  }
  for (const [type, expression] of later) {
    for (const place of placesOf(expression, bound)) values.set(place, type);
  }
  return { values, safe };
}

/** An expression with the marked type that it is said to have. */
function typedExpression(node: Node, types: ReadonlySet<string>, text: string): readonly [string, Node] | undefined {
  if (node.type === "VariableDeclarator" && isNode(node["init"])) {
    const annotation = (node["id"] as Node)["typeAnnotation"];
    const type = isNode(annotation) ? typeIn(annotation, types) : undefined;
    if (type !== undefined) return [type, node["init"]];
    return hasMark(text, node.start) ? ["", node["init"]] : undefined;
  }
  if (
    /^TS(?:As|Satisfies|TypeAssertion)/.test(node.type) &&
    isNode(node["expression"]) &&
    isNode(node["typeAnnotation"])
  ) {
    const type = typeIn(node["typeAnnotation"], types);
    return type === undefined ? undefined : [type, node["expression"]];
  }
  return undefined;
}

function typeIn(node: Node, types: ReadonlySet<string>): string | undefined {
  if (types.size === 0) return undefined;
  for (const one of nodesOf(node)) {
    if (one.type !== "TSTypeReference" || !isNode(one["typeName"])) continue;
    const { name } = one["typeName"];
    if (typeof name === "string" && types.has(name)) return name;
  }
  return undefined;
}

/** Where the expression's value comes to be: at its start, or, for a name, where the name was given its value. */
function placesOf(expression: Node, bound: ReadonlyMap<string, readonly Node[]>): readonly number[] {
  let inner = expression;
  while (
    /^(?:AwaitExpression|TS\w+Expression|ParenthesizedExpression|TSNonNullExpression|ChainExpression)$/.test(inner.type)
  ) {
    const next = inner["argument"] ?? inner["expression"];
    if (!isNode(next)) break;
    inner = next;
  }
  const own = [expression.start, inner.start, inner.end];
  if (inner.type === "CallExpression" && isNode(inner["callee"])) own.push(...calleePlaces(inner["callee"]));
  if (inner.type !== "Identifier" || typeof inner["name"] !== "string") return own;
  return [...own, ...(bound.get(inner["name"]) ?? []).map(({ start }) => start)];
}

function calleePlaces(callee: Node): readonly number[] {
  const { property } = callee;
  return isNode(property) ? [property.start] : [];
}

/** Names that a declaration gives values to, with the places of those. */
function bind(declarator: Node, bound: Map<string, Node[]>): void {
  const id = declarator["id"] as Node;
  const add = (name: unknown, place: unknown): void => {
    if (typeof name === "string" && isNode(place)) bound.set(name, [...(bound.get(name) ?? []), place]);
  };
  if (id.type === "Identifier") add(id["name"], declarator["init"]);
  if (id.type !== "ObjectPattern") return;
  for (const property of (id["properties"] as readonly Node[] | undefined) ?? []) {
    const value = property["value"];
    const target = isNode(value) && value.type === "AssignmentPattern" ? value["left"] : value;
    if (isNode(target)) for (const place of [property, property["key"], target]) add(target["name"], place);
  }
}

function isFunction({ type, init }: Node): boolean {
  if (type === "VariableDeclarator") return isNode(init) && /Function/.test(init.type);
  return /^(?:FunctionDeclaration|MethodDefinition|PropertyDefinition)$/.test(type);
}

function nameOf(node: Node): string | undefined {
  const holder = node["id"] ?? node["key"];
  const name = isNode(holder) ? holder["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function isMarkedSafe({ start }: Node, text: string): boolean {
  return /@phi-safe\b/.test(commentBefore(text, start));
}

function hasMark(text: string, start: number): boolean {
  return /@phi(?!-)\b/.test(commentBefore(text, start));
}

/** The comment that stands directly before a declaration, past `export`, `const` and the like. */
function commentBefore(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - 600), start);
  return (
    /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:(?:export|default|async|const|let|var|static|public|private|protected|readonly)\s+)*$/.exec(
      before,
    )?.[1] ?? ""
  );
}

function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  let seen = 0;
  for (let node = waiting.pop(); node !== undefined && seen < NODES_MAX; node = waiting.pop()) {
    seen++;
    yield node;
    for (const child of Object.values(node)) {
      if (Array.isArray(child)) for (const one of child) if (isNode(one)) waiting.push(one);
      if (isNode(child)) waiting.push(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value
  );
}
