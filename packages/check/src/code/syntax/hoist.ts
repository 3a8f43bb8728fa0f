/** Which names a function or a block declares before it runs. Found once for each piece of syntax. */
import type { BindingPattern, Class, Function as FunctionNode, Statement } from "oxc-parser";

const hoistedVars = new WeakMap<object, readonly string[]>();

/** Deeper nesting of blocks than people write. */
const DEPTH_MAX = 400;

/** Names that `var` declares anywhere in a function's body. */
export function varsOf(body: readonly Statement[]): readonly string[] {
  let names = hoistedVars.get(body);
  if (!names) {
    const found = new Set<string>();
    for (const statement of body) addVars(statement, found, 0);
    hoistedVars.set(body, (names = [...found]));
  }
  return names;
}

/** The declaration in a statement, seen through `export`. */
export function declarationOf(statement: Statement): Statement {
  if (statement.type === "ExportNamedDeclaration" && statement.declaration) return statement.declaration;
  if (statement.type === "ExportDefaultDeclaration") {
    const { declaration } = statement;
    if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") return declaration;
  }
  return statement;
}

/** Functions that a list of statements declares: they are there before the first of them runs. */
export function functionsOf(body: readonly Statement[]): readonly FunctionNode[] {
  const found: FunctionNode[] = [];
  for (const statement of body) {
    const declaration = declarationOf(statement);
    if (declaration.type === "FunctionDeclaration" && declaration.id && declaration.body) found.push(declaration);
  }
  return found;
}

/** Names of `let`, `const`, `class`, `enum` and `namespace` of a list of statements. */
export function lexicalNames(body: readonly Statement[]): readonly string[] {
  const names: string[] = [];
  for (const statement of body) {
    const declaration = declarationOf(statement);
    if (declaration.type === "VariableDeclaration" && declaration.kind !== "var") {
      for (const { id } of declaration.declarations) namesIn(id, names);
    } else if (declaration.type === "ClassDeclaration") {
      const { id } = declaration as Class;
      if (id) names.push(id.name);
    } else if (declaration.type === "TSEnumDeclaration") names.push(declaration.id.name);
    else if (declaration.type === "TSModuleDeclaration" && declaration.id.type === "Identifier") {
      names.push(declaration.id.name);
    }
  }
  return names;
}

function namesIn(pattern: BindingPattern, names: string[]): void {
  switch (pattern.type) {
    case "Identifier":
      names.push(pattern.name);
      return;
    case "AssignmentPattern":
      namesIn(pattern.left, names);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        namesIn(property.type === "RestElement" ? property.argument : property.value, names);
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) {
        if (element) namesIn(element.type === "RestElement" ? element.argument : element, names);
      }
  }
}

function addVars(statement: Statement, found: Set<string>, depth: number): void {
  if (depth > DEPTH_MAX) return;
  const inside = (...statements: readonly (Statement | null | undefined)[]): void => {
    for (const one of statements) if (one) addVars(one, found, depth + 1);
  };
  switch (statement.type) {
    case "VariableDeclaration": {
      const names: string[] = [];
      if (statement.kind === "var") for (const { id } of statement.declarations) namesIn(id, names);
      for (const name of names) found.add(name);
      return;
    }
    case "ExportNamedDeclaration":
      inside(statement.declaration);
      return;
    case "BlockStatement":
      inside(...statement.body);
      return;
    case "IfStatement":
      inside(statement.consequent, statement.alternate);
      return;
    case "ForStatement":
      if (statement.init?.type === "VariableDeclaration") inside(statement.init);
      inside(statement.body);
      return;
    case "ForInStatement":
    case "ForOfStatement":
      if (statement.left.type === "VariableDeclaration") inside(statement.left);
      inside(statement.body);
      return;
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
    case "WithStatement":
      inside(statement.body);
      return;
    case "SwitchStatement":
      for (const { consequent } of statement.cases) inside(...consequent);
      return;
    case "TryStatement":
      inside(statement.block, statement.handler?.body, statement.finalizer);
  }
}
