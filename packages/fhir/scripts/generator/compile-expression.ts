/**
 * Compiles FHIRPath into JavaScript over parsed JSON. Types are known from the definitions, so that a path becomes
 * member reads and a choice (`value`) the names it can have (`valueQuantity`, …); what is a boolean for certain is
 * compiled to a plain condition, the rest to three-valued logic (`undefined` is FHIRPath's empty) and arrays of items.
 * The functions called are those of `src/validation/fhirpath-operations.ts`, imported as `F`. Throws on what it does
 * not know: no constraint is left out in silence.
 */
import type { Ast } from "./parse-fhirpath.ts";
import { jsonNames, type Definitions, type Member } from "./read-definitions.ts";

/** JavaScript of an item, and the types it may have; undefined where they are not known. */
export interface Focus {
  readonly js: string;
  readonly types: readonly string[] | undefined;
}

type Compiled =
  /** Always true or false. */
  | { readonly kind: "boolean"; readonly js: string }
  /** True, false or undefined. */
  | { readonly kind: "tri"; readonly js: string }
  | {
      readonly kind: "items";
      readonly js: string;
      readonly types: readonly string[] | undefined;
      readonly choice?: Choice;
    };

/** A choice member still open, as `.ofType()` narrows it. */
interface Choice {
  readonly of: string;
  readonly member: Member;
}

interface Scope {
  readonly definitions: Definitions;
  readonly focus: Focus;
  /** What `%context` is. */
  readonly root: Focus;
  readonly depth: number;
  /**
   * What does not depend on the item of a loop, computed once before it: JavaScript → name. Without, a resource of
   * many items could make a constraint cost their square.
   */
  readonly hoisted: Map<string, string>;
}

const DATES = new Set(["date", "dateTime", "instant"]);
const QUANTITIES = new Set(["Quantity", "SimpleQuantity", "MoneyQuantity", "Age", "Count", "Distance", "Duration"]);

/** A JavaScript condition: whether the expression is true (and neither false nor empty) of the focus. */
export function compileCondition(ast: Ast, focus: Focus, definitions: Definitions): string {
  const hoisted = new Map<string, string>();
  const condition = decided(ast, true, { definitions, focus, root: focus, depth: 0, hoisted });
  if (hoisted.size === 0) return condition;
  const constants = [...hoisted].map(([js, name]) => `${name} = F.once(() => ${js})`);
  return `((${constants.join(", ")}) => ${condition})()`;
}

/**
 * A JavaScript condition: whether the expression is `wanted` for certain. Three-valued logic falls apart into two
 * plain ones, which is what makes most constraints as cheap as if written by hand: `a or b` is true where one is.
 */
function decided(ast: Ast, wanted: boolean, scope: Scope): string {
  if (ast.kind === "binary") {
    const { operator, left, right } = ast;
    if (operator === "and" || operator === "or") {
      const join = (operator === "and") === wanted ? "&&" : "||";
      return `(${decided(left, wanted, scope)} ${join} ${decided(right, wanted, scope)})`;
    }
    if (operator === "implies") {
      const join = wanted ? "||" : "&&";
      return `(${decided(left, !wanted, scope)} ${join} ${decided(right, wanted, scope)})`;
    }
    const quick = quickComparison(ast, wanted, scope);
    if (quick !== undefined) return quick;
  }
  if (ast.kind === "call" && ast.name === "not" && ast.of) return decided(ast.of, !wanted, scope);
  const compiled = compile(ast, scope);
  if (compiled.kind === "boolean") return wanted ? compiled.js : `!(${compiled.js})`;
  return `${tri(compiled)} === ${wanted}`;
}

/** `status = 'final'` of the focus' own single primitive. */
function quickComparison(ast: Extract<Ast, { kind: "binary" }>, wanted: boolean, scope: Scope): string | undefined {
  const { operator, left, right } = ast;
  if (operator !== "=" && operator !== "!=") return undefined;
  if (left.kind !== "member" || left.of || right.kind !== "literal" || scope.focus.types?.length !== 1)
    return undefined;
  const member = memberOf(scope.focus.types[0] as string, left.name, scope.definitions);
  if (!member || member.isChoice || member.max > 1) return undefined;
  if (!scope.definitions.primitives.has(member.types[0]?.code ?? "")) return undefined;
  const js = `${scope.focus.js}.${left.name}`;
  const literal = JSON.stringify(right.value);
  return (operator === "=") === wanted ? `${js} === ${literal}` : `(${js} !== undefined && ${js} !== ${literal})`;
}

function compile(ast: Ast, scope: Scope): Compiled {
  const compiled = compileHere(ast, scope);
  const isInvariant = scope.depth > 0 && compiled.kind === "items" && !/\bi\d+\b|\.\.\.all\b/.test(compiled.js);
  if (!isInvariant || !/^F\.(member|choice)\(|\.slice\(/.test(compiled.js)) return compiled;
  let name = scope.hoisted.get(compiled.js);
  if (name === undefined) scope.hoisted.set(compiled.js, (name = `h${scope.hoisted.size}`));
  return { kind: "items", js: `${name}()`, types: compiled.types };
}

function compileHere(ast: Ast, scope: Scope): Compiled {
  switch (ast.kind) {
    case "literal":
      return typeof ast.value === "boolean"
        ? { kind: "boolean", js: String(ast.value) }
        : {
            kind: "items",
            js: `[${JSON.stringify(ast.value)}]`,
            types: [typeof ast.value === "string" ? "string" : "decimal"],
          };
    case "empty":
      return { kind: "items", js: "F.NONE", types: [] };
    case "this":
      return { kind: "items", js: `[${scope.focus.js}]`, types: scope.focus.types };
    case "variable":
      return compileVariable(ast.name, scope);
    case "member":
      return compileMember(ast, scope);
    case "index":
      throw new Error("no constraint of R4 has an index");
    case "binary":
      return compileBinary(ast, scope);
    case "type":
      return compileType(ast.operator, compile(ast.of, scope), ast.type, scope);
    case "call":
      return compileCall(ast, scope);
  }
}

function compileVariable(name: string, scope: Scope): Compiled {
  switch (name) {
    case "ucum":
      return { kind: "items", js: '["http://unitsofmeasure.org"]', types: ["string"] };
    case "context":
      return { kind: "items", js: `[${scope.root.js}]`, types: scope.root.types };
    case "resource":
      return { kind: "items", js: "[c.resource]", types: resourceOf(scope) };
    case "rootResource":
      return { kind: "items", js: "[c.root]", types: ["DomainResource"] };
    default:
      throw new Error(`%${name} is not known`);
  }
}

/** The type that `%resource` has in a constraint of `Bundle.entry`, `Observation` …; unknown in a data type. */
function resourceOf(scope: Scope): string[] | undefined {
  const type = scope.root.types?.[0]?.split(".")[0] ?? "";
  return scope.definitions.structures.get(type)?.kind === "resource" ? [type] : undefined;
}

function compileMember(ast: Extract<Ast, { kind: "member" }>, scope: Scope): Compiled {
  const { name } = ast;
  if (!ast.of && scope.focus.types?.includes(name)) return { kind: "items", js: `[${scope.focus.js}]`, types: [name] };
  const base: Compiled = ast.of
    ? compile(ast.of, scope)
    : { kind: "items", js: `[${scope.focus.js}]`, types: scope.focus.types };
  const from = asItems(base);
  if (from.types === undefined)
    return { kind: "items", js: `F.member(${from.js}, ${JSON.stringify(name)})`, types: undefined };
  if (from.types.every((type) => scope.definitions.primitives.has(type)))
    return { kind: "items", js: "F.NONE", types: [] };
  // What a contained resource or an entry has depends on its type.
  if (
    from.types.some(
      (type) => scope.definitions.structures.get(type)?.abstract && !memberOf(type, name, scope.definitions),
    )
  )
    return { kind: "items", js: `F.member(${from.js}, ${JSON.stringify(name)})`, types: undefined };
  const found = from.types.map((type) => memberOf(type, name, scope.definitions));
  const known = found.filter((each) => each !== undefined);
  if (known.length === 0) throw new Error(`${from.types.join("|")} has no ${name}`);
  const names = [...new Set(known.flatMap((member) => jsonNames(member).map(([each]) => each)))];
  const types = [...new Set(known.flatMap((member) => member.types.map(({ code }) => code)))];
  const open = known.length === 1 && known[0]?.isChoice ? { choice: { of: from.js, member: known[0] } } : {};
  return { kind: "items", js: memberJs(from.js, names), types, ...open };
}

function memberJs(from: string, names: readonly string[]): string {
  if (names.length === 1) return `F.member(${from}, ${JSON.stringify(names[0])})`;
  return `F.choice(${from}, ${JSON.stringify(names)})`;
}

export function memberOf(type: string, name: string, definitions: Definitions): Member | undefined {
  return definitions.structures.get(type)?.members.find((each) => each.name === name);
}

function compileBinary(ast: Extract<Ast, { kind: "binary" }>, scope: Scope): Compiled {
  const left = compile(ast.left, scope);
  const right = compile(ast.right, scope);
  switch (ast.operator) {
    case "and":
    case "xor":
      if (left.kind !== "boolean" || right.kind !== "boolean")
        throw new Error(`a nested ${ast.operator} of what may be empty`);
      return { kind: "boolean", js: `(${left.js} ${ast.operator === "and" ? "&&" : "!=="} ${right.js})` };
    case "or":
      if (left.kind === "boolean" && right.kind === "boolean") {
        return { kind: "boolean", js: `(${left.js} || ${right.js})` };
      }
      // The right side is not computed where the left one decides.
      return { kind: "tri", js: `F.or(${tri(left)}, () => ${tri(right)})` };
    case "implies":
      if (left.kind !== "boolean" || right.kind !== "boolean") throw new Error("a nested implies of what may be empty");
      return { kind: "boolean", js: `(!${left.js} || ${right.js})` };
    case "=":
    case "!=": {
      const negated = ast.operator === "!=";
      if (left.kind === "boolean" && right.kind === "boolean") {
        return { kind: "boolean", js: `(${left.js} ${negated ? "!==" : "==="} ${right.js})` };
      }
      return { kind: "tri", js: `F.${negated ? "notEqual" : "equal"}(${items(left)}, ${items(right)})` };
    }
    case "<":
    case "<=":
    case ">":
    case ">=":
      return {
        kind: "tri",
        js: `F.${comparison(left, right)}(${items(left)}, ${JSON.stringify(ast.operator)}, ${items(right)})`,
      };
    case "in":
      return { kind: "tri", js: `F.isIn(${items(left)}, ${items(right)})` };
    case "contains":
      return { kind: "tri", js: `F.isIn(${items(right)}, ${items(left)})` };
    case "|":
      return { kind: "items", js: `F.union(${items(left)}, ${items(right)})`, types: joined(left, right) };
    case "&":
      return { kind: "items", js: `F.concatenate(${items(left)}, ${items(right)})`, types: ["string"] };
    case "+":
      return { kind: "items", js: `F.plus(${items(left)}, ${items(right)})`, types: asItems(left).types };
    default:
      throw new Error(`operator ${ast.operator} is not known`);
  }
}

function comparison(left: Compiled, right: Compiled): string {
  const types = joined(left, right) ?? [];
  if (types.some((type) => DATES.has(type))) return "compareDates";
  if (types.some((type) => QUANTITIES.has(type))) return "compareQuantities";
  return "compare";
}

function joined(left: Compiled, right: Compiled): string[] | undefined {
  const [a, b] = [asItems(left).types, asItems(right).types];
  return a && b ? [...new Set([...a, ...b])] : undefined;
}

function compileType(operator: "is" | "as" | "ofType", of: Compiled, name: string, scope: Scope): Compiled {
  const type = name.charAt(0) === "B" && name === "Boolean" ? "boolean" : name;
  if (of.kind !== "items") throw new Error(`${operator} ${name} of a condition`);
  if (of.choice) {
    const json = jsonNames(of.choice.member).find(([, each]) => each.code === type)?.[0];
    const js = json === undefined ? "F.NONE" : memberJs(of.choice.of, [json]);
    return operator === "is" ? { kind: "boolean", js: `(${js}).length > 0` } : { kind: "items", js, types: [type] };
  }
  if (scope.definitions.structures.get(type)?.kind !== "resource") throw new Error(`${operator} ${name} of no choice`);
  if (operator === "is") return { kind: "tri", js: `F.isResource(${of.js}, ${JSON.stringify(type)})` };
  return { kind: "items", js: `F.resourcesOf(${of.js}, ${JSON.stringify(type)})`, types: [type] };
}

function compileCall(ast: Extract<Ast, { kind: "call" }>, scope: Scope): Compiled {
  const { name, args } = ast;
  const quick = quickTest(ast, scope);
  if (quick) return quick;
  const base: Compiled = ast.of
    ? compile(ast.of, scope)
    : { kind: "items", js: `[${scope.focus.js}]`, types: scope.focus.types };
  const of = asItems(base);
  const arg = (index: number): string => {
    const given = args[index];
    if (!given) throw new Error(`${name}() needs an argument`);
    return items(compile(given, scope));
  };
  /** An argument evaluated once for each item. */
  const item = `i${scope.depth}`;
  const lambda = (): readonly [Ast, Scope] => {
    if (!args[0]) throw new Error(`${name}() needs an argument`);
    return [args[0], { ...scope, focus: { js: item, types: of.types }, depth: scope.depth + 1 }];
  };
  const criteria = (): string => {
    const [given, inner] = lambda();
    return `(${item}) => ${decided(given, true, inner)}`;
  };
  switch (name) {
    case "exists":
      return { kind: "boolean", js: args.length === 0 ? `${of.js}.length > 0` : `${of.js}.some(${criteria()})` };
    case "empty":
      return { kind: "boolean", js: `${of.js}.length === 0` };
    case "all":
      return { kind: "boolean", js: `${of.js}.every(${criteria()})` };
    case "where":
      return { kind: "items", js: `${of.js}.filter(${criteria()})`, types: of.types };
    case "select": {
      const compiled = compile(...lambda());
      return { kind: "items", js: `${of.js}.flatMap((${item}) => ${items(compiled)})`, types: asItems(compiled).types };
    }
    case "not":
      return base.kind === "boolean"
        ? { kind: "boolean", js: `!(${base.js})` }
        : { kind: "tri", js: `F.not(${tri(base)})` };
    case "count":
      return { kind: "items", js: `[${of.js}.length]`, types: ["integer"] };
    case "first":
      return { kind: "items", js: `${of.js}.slice(0, 1)`, types: of.types };
    case "tail":
      return { kind: "items", js: `${of.js}.slice(1)`, types: of.types };
    case "trace":
      return base;
    case "is":
    case "as":
    case "ofType": {
      const type = args[0];
      if (type?.kind !== "member") throw new Error(`${name}() needs a type`);
      return compileType(name, of, type.name, scope);
    }
    case "iif": {
      // The criterion and the branches see the collection as a whole: `member.resolve().iif(empty(), …)`.
      const whole = { ...scope, focus: { js: "...all", types: of.types } };
      const [criterion, yes, no] = args;
      if (!criterion || !yes) throw new Error("iif() needs two arguments");
      const on = ast.of ? whole : scope;
      const otherwise = no ? items(compile(no, on)) : "F.NONE";
      const js = `${tri(compile(criterion, on))} === true ? ${items(compile(yes, on))} : ${otherwise}`;
      return { kind: "items", js: ast.of ? `((all) => (${js}))(${of.js})` : `(${js})`, types: undefined };
    }
    case "isDistinct":
      return { kind: "boolean", js: `F.isDistinct(${of.js})` };
    case "allFalse":
      return { kind: "boolean", js: `${of.js}.every((item) => item === false)` };
    case "intersect":
      return { kind: "items", js: `F.intersect(${of.js}, ${arg(0)})`, types: of.types };
    case "combine":
      return { kind: "items", js: `[...${of.js}, ...${arg(0)}]`, types: of.types };
    case "startsWith":
    case "contains":
    case "matches":
      return { kind: "tri", js: `F.${name}(${of.js}, ${arg(0)})` };
    case "replaceMatches":
      return {
        kind: "items",
        js: `F.${name}(${of.js}, ${args.map((_, index) => arg(index)).join(", ")})`,
        types: ["string"],
      };
    case "toString":
      return { kind: "items", js: `F.asString(${of.js})`, types: ["string"] };
    case "toInteger":
      return { kind: "items", js: `F.asInteger(${of.js})`, types: ["integer"] };
    case "children":
    case "descendants":
      return { kind: "items", js: `F.${name}(${of.js})`, types: undefined };
    case "resolve":
      return { kind: "items", js: `F.resolve(${of.js}, c)`, types: ["DomainResource"] };
    default:
      throw new Error(`${name}() is not known`);
  }
}

/** `x.exists()`, `x.empty()`, `x.hasValue()` of the focus' own member: a test of its JSON members, no arrays made. */
function quickTest(ast: Extract<Ast, { kind: "call" }>, scope: Scope): Compiled | undefined {
  const { of, name, args } = ast;
  if (args.length > 0 || of?.kind !== "member" || of.of || !["exists", "empty", "hasValue"].includes(name))
    return undefined;
  if (!scope.focus.types || scope.focus.types.length !== 1 || scope.focus.types[0] === of.name) return undefined;
  const member = memberOf(scope.focus.types[0] as string, of.name, scope.definitions);
  if (!member) return undefined;
  const names = jsonNames(member).flatMap(([json, type]) =>
    scope.definitions.primitives.has(type.code) && name !== "hasValue" ? [json, `_${json}`] : [json],
  );
  const there = names.map((json) => `${scope.focus.js}.${json} !== undefined`).join(" || ");
  return { kind: "boolean", js: name === "empty" ? `!(${there})` : `(${there})` };
}

function tri(compiled: Compiled): string {
  return compiled.kind === "items" ? `F.condition(${compiled.js})` : compiled.js;
}

function items(compiled: Compiled): string {
  return asItems(compiled).js;
}

function asItems(compiled: Compiled): Extract<Compiled, { kind: "items" }> {
  if (compiled.kind === "items") return compiled;
  const js = compiled.kind === "boolean" ? `[${compiled.js}]` : `F.boxed(${compiled.js})`;
  return { kind: "items", js, types: ["boolean"] };
}
