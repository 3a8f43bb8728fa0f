/**
 * What reading a function's code yields, for those who judge it: every call out of the team's own code that can be reached
 * from the handler, with the abstract values of what is called and of its arguments, and values that keep where they came
 * from. INVARIANT: a value is never a guess. What is not known says why; what may be one of several things is a choice; what
 * was given up is a gap. Values are snapshots of the moment they were used and never change afterwards; they may be shared,
 * and contain themselves (`isCycle`), so walk them with `walk-value.ts` or with a set of what was seen.
 */
import type { FileReader } from "../readers/reading.ts";
import type { Spot } from "../source/source-text.ts";

export type CodeValue =
  | LiteralValue
  | TextValue
  | EnvironmentValue
  | ExternalValue
  | InstanceValue
  | ResultValue
  | GivenValue
  | InputValue
  | ObjectValue
  | ListValue
  | FunctionValue
  | ClassValue
  | ChoiceValue
  | DerivedValue
  | UnknownValue;

interface Made {
  /** Where the value came to be. */
  readonly spot: Spot;
}

/**
 * Members below a value that is not known itself: `event.Records[0].body` is the handler's input with the path
 * `["Records", "0", "body"]`. `ANY` stands for a key that is not known, and for each item of what is iterated.
 */
interface Opaque extends Made {
  readonly path: readonly string[];
}

/** A step of a path: some key, or each item. */
export const ANY = "*";

export interface LiteralValue extends Made {
  readonly kind: "literal";
  readonly value: string | number | boolean | bigint | null | undefined;
}

/** A string of which parts are known: `` `${prefix}/records` ``. At least one part is no string. */
export interface TextValue extends Made {
  readonly kind: "text";
  readonly parts: readonly (string | CodeValue)[];
}

/** `process.env.NAME`, with what stands in where it is not set (`?? "x"`, `|| "x"`, a destructuring default). */
export interface EnvironmentValue extends Made {
  readonly kind: "environment";
  readonly name: string;
  readonly fallback?: CodeValue;
}

/**
 * What a module that is not entered exports, or a global. `module` is the package with its subpath (`@aws-sdk/client-s3`,
 * `aws-sdk/clients/s3`, `node:fs` with its prefix always) or `GLOBAL`; the path `["S3", "getObject"]` is a member of an
 * export, `[]` the whole module, `["default"]` its default export. A CommonJS `require` and a default or namespace import of
 * it are one: `default` is left out for `GLOBAL` and `node:` modules and kept for packages. Code of the AWS SDK that a
 * bundler put into the function's own file is external with the module and the name that it had.
 */
export interface ExternalValue extends Opaque {
  readonly kind: "external";
  readonly module: string;
}

/** The module of globals: `{ module: GLOBAL, path: ["console", "log"] }`. */
export const GLOBAL = "(global)";

/** `new X(...)` of an external class, and members of it. */
export interface InstanceValue extends Opaque {
  readonly kind: "instance";
  /** The class: mostly `external`; may be a choice of them, or unknown. */
  readonly of: CodeValue;
  readonly args: readonly CodeValue[];
  /** The call that made it, as it stands among `calls`. */
  readonly call: ExternalCall;
}

/** What an external call answers (awaited or not), and members of it. */
export interface ResultValue extends Opaque {
  readonly kind: "result";
  readonly call: ExternalCall;
}

/** What an external call gives to a callback that it was handed: `s3.getObject(params, (error, data) => …)`. */
export interface GivenValue extends Opaque {
  readonly kind: "given";
  readonly call: ExternalCall;
  /** Which argument of the call is, or holds, the callback; -1 for the receiver. */
  readonly argument: number;
  /** Which parameter of the callback. */
  readonly parameter: number;
}

/** A parameter of the handler, and members of it. `event` is 0, `context` 1, `callback` 2; `this` is -1. */
export interface InputValue extends Opaque {
  readonly kind: "input";
  readonly parameter: number;
}

export interface ObjectValue extends Made {
  readonly kind: "object";
  readonly entries: ReadonlyMap<string, CodeValue>;
  /** Stands for entries with keys that are not known: what was spread into it, or written under a computed key. */
  readonly rest?: CodeValue;
  /** The team's own class that it is an instance of, or `Map`. */
  readonly className?: string;
  /** The external class's instance that its own class extends: `class Repository extends DynamoDBClient`. */
  readonly base?: CodeValue;
  /** The value contains itself here; its entries are left out. */
  readonly isCycle?: true;
}

/** An array or a set. */
export interface ListValue extends Made {
  readonly kind: "list";
  readonly items: readonly CodeValue[];
  /** Stands for any number of items beside those. */
  readonly rest?: CodeValue;
  readonly isCycle?: true;
}

/** A function of the team's own code. */
export interface FunctionValue extends Made {
  readonly kind: "function";
  /** Empty where it has none. */
  readonly name: string;
  /** Names of its parameters; empty for a pattern. */
  readonly parameters: readonly string[];
}

/** A class of the team's own code. */
export interface ClassValue extends Made {
  readonly kind: "class";
  readonly name: string;
}

/** One of these; no option is a choice itself. */
export interface ChoiceValue extends Made {
  readonly kind: "choice";
  readonly options: readonly CodeValue[];
}

/**
 * Made from other values by the language or by a global that has no effect. `how` is `operator +` (any operator),
 * `.toLowerCase` (a method of a string, array or unknown value that is known to be plain), `JSON.parse`, `String`,
 * `new Date`, `Object.keys`, `caught` (an error, from what may be thrown inside the `try`), `spread`, `pattern`. Of
 * `new URL`, `new URLSearchParams`, `new FormData` and `new Headers`, `from` holds what is put into them later, too.
 */
export interface DerivedValue extends Opaque {
  readonly kind: "derived";
  readonly how: string;
  readonly from: readonly CodeValue[];
}

export interface UnknownValue extends Made {
  readonly kind: "unknown";
  /** In words that go after "because": `the command is chosen at run time`. */
  readonly reason: string;
  /** What it may be made from: PHI in one of these is PHI in it. */
  readonly from: readonly CodeValue[];
}

/** One step on the way from the handler to a call. */
export interface CallStep {
  readonly kind: "handler" | "call" | "callback" | "module";
  /** The function that is entered; the file for `module`. */
  readonly name: string;
  /** Where it is called from; for `handler` where it stands, for `module` where it is imported. */
  readonly spot: Spot;
}

/**
 * A call, or `new`, of something that is not the team's own code; a tagged template is a call whose first argument is the
 * list of its texts. `set` is an assignment to a member of such a thing (`process.env.X = value`): the callee is the member,
 * the only argument the value.
 */
export interface ExternalCall {
  readonly kind: "call" | "new" | "set";
  /** What is called: an `external` with its path, or a member of an `instance`, `result`, `given`, `input` … */
  readonly callee: CodeValue;
  /** What it is called on (`client` of `client.send(x)`), where it is a method. */
  readonly receiver?: CodeValue;
  /** The method's name, or the last part of the callee's path; empty where it is not known. */
  readonly name: string;
  readonly args: readonly CodeValue[];
  /** The arguments after those are any number of this: `log(...rest)`. */
  readonly restArgs?: CodeValue;
  /** The start of the call's expression. */
  readonly spot: Spot;
  /** From the handler (first) to the function in which the call stands (last). */
  readonly stack: readonly CallStep[];
  /** True where every run of the handler that does not fail earlier makes the call. */
  readonly isCertain: boolean;
  /** The innermost condition, loop or callback that decides. */
  readonly onlyIf?: Spot;
}

export interface Thrown {
  readonly value: CodeValue;
  readonly spot: Spot;
  readonly stack: readonly CallStep[];
}

/** The handler's answer: each `return` of it that was reached. */
export interface Returned {
  readonly value: CodeValue;
  readonly spot: Spot;
}

export interface EnvironmentRead {
  /** Undefined where all of `process.env` is handed on, or the name is not known. */
  readonly name: string | undefined;
  readonly spot: Spot;
  /** False where it stands in a file of the function but was not seen to run. */
  readonly isReached: boolean;
}

export interface ModuleImport {
  /** As it is written. */
  readonly specifier: string;
  readonly kind: "own" | "package" | "builtin" | "missing";
  /** `own`: the file. `package`: its name without the subpath. `builtin`: with `node:`. `missing`: as written. */
  readonly target: string;
  /** The file that imports it; in a bundle, the package inside the bundle where that is known. */
  readonly spot: Spot;
}

/** What was not followed, and why. */
export interface Gap {
  readonly spot: Spot;
  /** In words that make a sentence: `the command is chosen at run time from what event.action holds`. */
  readonly reason: string;
  readonly stack: readonly CallStep[];
  /**
   * `call`: what is called is not known. `module`: code that could not be found or parsed. `effort`: the budget ended, so
   * that calls may be missing. `dynamic`: eval, computed module names and the like.
   */
  readonly kind: "call" | "module" | "effort" | "dynamic";
}

export interface CodeAnalysis {
  /** Each distinct call once per way it is reached with other values, in the order they were found. */
  readonly calls: readonly ExternalCall[];
  /** Errors of the team's own code that can leave the handler. */
  readonly throws: readonly Thrown[];
  readonly returns: readonly Returned[];
  readonly environment: readonly EnvironmentRead[];
  /** Of all files of the function, transitively. */
  readonly imports: readonly ModuleImport[];
  /** The function's own files, its entry first. */
  readonly files: readonly string[];
  readonly gaps: readonly Gap[];
  /** Where the handler stands; undefined where there is no such export, which is a gap too. */
  readonly handler: Spot | undefined;
  readonly steps: number;
}

export interface Budget {
  /** Syntax nodes that may be evaluated. */
  readonly stepsMax: number;
  readonly timeMaxMs: number;
}

export interface CodeEntry {
  readonly file: string;
  /** The export's name: `handler`, `default`. */
  readonly export: string;
  /**
   * Members from there to the function: `["handle"]`. Where the export is what an external wrapper answered
   * (`defineFunction({ handle })`, `middy(fn)`), the wrapper's arguments are looked through for it.
   */
  readonly member?: readonly string[];
}

export interface CodeRequest {
  readonly entry: CodeEntry;
  /** Folders mounted as `/opt`, in order: a layer's content. */
  readonly layers?: readonly string[];
  /** Code that is no file: the template's inline code under the name that `entry.file` gives it. */
  readonly inline?: { readonly spot: Spot; readonly text: string };
  /** Values of environment variables that are known; they decide conditions only, the values stay `environment`. */
  readonly environment?: ReadonlyMap<string, string>;
  readonly budget?: Partial<Budget>;
}

/** Parsed modules and finished analyses of one set of files. Get it with `codeProjectOf(files)` from `code-project.ts`. */
export interface CodeProject {
  readonly files: FileReader;
  /** Total: never throws and ends within the budget, whatever the files hold. The same request gives the same object. */
  analyze(request: CodeRequest): CodeAnalysis;
  /** What a module exports when it is loaded, without calling anything: for manifests and definitions as code. */
  evaluate(file: string, exportName: string): CodeValue;
}

/** Where a function's code was found. `handlerOf` in `handler-of.ts` answers it. */
export interface HandlerPlace {
  readonly request: CodeRequest;
  readonly kind: "source" | "bundle" | "inline";
  /** What was taken and why, for people: `functions/save.ts, which EntryPoints names`. */
  readonly how: string;
}

export type HandlerSearch =
  ({ readonly found: true } & HandlerPlace) | { readonly found: false; readonly reason: string; readonly spot: Spot };
