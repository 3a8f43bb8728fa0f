/**
 * What authors write about values: `@phi` on a type or a variable, `@phi-safe` on a function, and names in compliance/phi.yaml.
 * A value is recognized by the place where it, or what it is made of, comes to be. Only files that say such a thing are read.
 */
import { ANY, type CodeValue } from "../../code/contract.ts";
import type { ModuleParser } from "../../code/syntax/parse-module.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { Spot } from "../../source/source-text.ts";
import { isSanitizerName } from "./call-effects.ts";
import { declarationsIn, type Declarations, type Marked } from "./declared-in-file.ts";
import type { PhiSettings } from "./settings.ts";
import type { Taint } from "./taint.ts";

const CODE = /\.[cm]?[jt]sx?$/;
/** Of a large repository, so much is looked through. */
const CHARACTERS_MAX = 30_000_000;
const MARKED = /@phi\b/;
const SANITIZER =
  /\b(?:redact|mask|scrub|de_?identif|anonymi|pseudonymi|tokeni|encrypt|hmac|obfuscate|strip|remove|without|hide|omit|filter|clean|safe|to|make|saniti)\w*\s*(?:[=(:]|<)/i;

/** `@phi` in the comment before an interface, a type or a class. */
const TYPE =
  /@phi(?![-\w])(?:[^*]|\*(?!\/)){0,2000}\*\/\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|type|class)\s+([A-Za-z_$][\w$]*)/g;

export class Annotations {
  readonly #settings: PhiSettings;
  readonly #parser: ModuleParser;
  readonly #types: Set<string>;
  readonly #texts = new Map<string, string>();
  readonly #declarations = new Map<string, Declarations | undefined>();

  constructor(settings: PhiSettings, parser: ModuleParser) {
    this.#settings = settings;
    this.#parser = parser;
    this.#types = new Set(settings.types);
  }

  /** Takes in the annotated types of files; MUST be called before any value is asked about. */
  learn(paths: readonly string[], files: FileReader): void {
    let characters = 0;
    for (const path of paths) {
      if (!CODE.test(path) || characters > CHARACTERS_MAX) continue;
      const text = files.read(path);
      if (text === undefined) continue;
      characters += text.length;
      this.#texts.set(path, text);
      if (MARKED.test(text)) for (const [, name = ""] of text.matchAll(TYPE)) this.#types.add(name);
    }
  }

  readonly at = (value: CodeValue): Taint | "safe" | undefined => {
    switch (value.kind) {
      case "derived":
      case "result":
      case "input":
      case "text":
      case "object":
      case "list":
        return this.#isSafe(value) ? "safe" : this.#marked(value);
      case "choice":
        // What a redactor answers in one branch as it was given is a part of what it answers.
        return this.#isSafe(value) ? "safe" : undefined;
      default:
        return undefined;
    }
  };

  /** What a function does inside says nothing of what it answers: `maskAndLog` may log what it is given. */
  readonly isInsideSafe = ({ source, offset }: Spot): boolean => {
    return this.#of(source.file)?.safe.some((range) => isIn({ source, offset }, range)) === true;
  };

  #isSafe({ spot, kind }: CodeValue): boolean {
    return kind !== "input" && this.isInsideSafe(spot);
  }

  #marked(value: CodeValue): Taint | undefined {
    for (const spot of originsOf(value)) {
      const found = this.#of(spot.source.file)?.values.find((one) => isIn(spot, one) && isPathOf(one, value));
      if (!found) continue;
      const what = found.name === "" ? "a value that is marked @phi" : `a value of type ${found.name}`;
      const way = [{ spot: { source: spot.source, offset: found.start }, text: `${what} comes to be` }];
      return { certainty: "marked", what, field: "", way };
    }
    return undefined;
  }

  #of(file: string): Declarations | undefined {
    if (this.#declarations.has(file)) return this.#declarations.get(file);
    const text = this.#texts.get(file);
    let declared: Declarations | undefined;
    if (text !== undefined && this.#isWorthReading(text)) {
      const parsed = this.#parser.parse(file, text);
      if (parsed.ok) {
        const isSafe = (name: string): boolean => isSanitizerName(name) || this.#settings.safe.has(name);
        declared = declarationsIn(parsed.module.program, text, this.#types, isSafe);
      }
    }
    this.#declarations.set(file, declared);
    return declared;
  }

  #isWorthReading(text: string): boolean {
    if (MARKED.test(text) || SANITIZER.test(text)) return true;
    for (const name of [...this.#types, ...this.#settings.safe]) if (text.includes(name)) return true;
    return false;
  }
}

/** Where the value, whatever member of it is meant, was made. */
function originsOf(value: CodeValue): readonly Spot[] {
  if (value.kind === "result") return [value.call.spot];
  if (value.kind !== "derived" || value.path.length === 0) return [value.spot];
  return value.from.map(({ spot }) => spot);
}

function isIn({ offset }: Spot, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return start <= offset && offset < end;
}

/** Where a name was given a member of what was made, only values below that member are meant. */
function isPathOf({ member }: Marked, value: CodeValue): boolean {
  if (member === undefined) return true;
  return "path" in value && value.path.find((key) => key !== ANY) === member;
}
