/** Places in one file that are annotated: where values of marked types come to be, and which functions are said to be safe. */
import type { Program } from "oxc-parser";

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** An expression whose value is PHI. */
export interface Marked extends Range {
  /** The type that says so; empty for a mark of its own. */
  readonly name: string;
  /** Only this member of the expression's value is. */
  readonly member?: string;
}

export interface Declarations {
  readonly values: readonly Marked[];
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
  const values: Marked[] = [];
  const safe: Range[] = [];
  const bound = new Map<string, Bound[]>();
  const later: (readonly [string, Node])[] = [];
  for (const node of nodesOf(program as unknown as Node)) {
    const name = nameOf(node);
    if (name !== undefined && isFunction(node) && (isSafe(name) || isMarkedSafe(node, text))) safe.push(node);
    if (node.type === "VariableDeclarator") bind(node, bound);
    const typed = typedExpression(node, types, text);
    if (typed) later.push(typed);
  }
  for (const [name, expression] of later) {
    for (const place of placesOf(expression, bound)) values.push({ ...place, name });
  }
  return { values, safe };
}

/** What a name was given: an expression, or a member of its value. */
interface Bound extends Range {
  readonly member?: string;
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

/** The expression itself, or, for a name, what the name was given. */
function placesOf(expression: Node, bound: ReadonlyMap<string, readonly Bound[]>): readonly Bound[] {
  let inner = expression;
  while (/^(?:AwaitExpression|TS\w+Expression|ParenthesizedExpression|ChainExpression)$/.test(inner.type)) {
    const next = inner["argument"] ?? inner["expression"];
    if (!isNode(next)) break;
    inner = next;
  }
  const { start, end, name } = inner;
  if (inner.type !== "Identifier" || typeof name !== "string") return [{ start, end }];
  return bound.get(name) ?? [];
}

function bind(declarator: Node, bound: Map<string, Bound[]>): void {
  const { id, init } = declarator;
  if (!isNode(id) || !isNode(init)) return;
  const add = (name: unknown, member?: string): void => {
    if (typeof name !== "string") return;
    const { start, end } = init;
    bound.set(name, [...(bound.get(name) ?? []), { start, end, ...(member === undefined ? {} : { member }) }]);
  };
  if (id.type === "Identifier") add(id["name"]);
  if (id.type !== "ObjectPattern") return;
  for (const { key, value } of (id["properties"] as readonly Node[] | undefined) ?? []) {
    const target = isNode(value) && value.type === "AssignmentPattern" ? value["left"] : value;
    if (isNode(key) && isNode(target) && typeof key["name"] === "string") add(target["name"], key["name"]);
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
