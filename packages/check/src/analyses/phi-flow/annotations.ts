/**
 * What authors write about values: `@phi` on a type or a variable, `@phi-safe` on a function, and names in compliance/phi.yaml.
 * A value is recognized by the place where it comes to be. Only files that say such a thing are looked at.
 */
import type { CodeValue } from "../../code/contract.ts";
import { isSanitizerName } from "./call-effects.ts";
import { declarationsIn, type Declarations } from "./declared-in-file.ts";
import type { PhiSettings } from "./settings.ts";
import type { Taint } from "./taint.ts";
import type { ModuleParser } from "../../code/syntax/parse-module.ts";

const MARKED = /@phi\b/;
const SANITIZER =
  /\b(?:redact|mask|scrub|deidentif|anonymi|pseudonymi|tokeni|encrypt|hmac|obfuscate)\w*\s*(?:[=(:]|<)/i;

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

  /** Reads the annotated types of these files; call it for all files before asking about any value. */
  learn(file: string, text: string): void {
    if (this.#texts.has(file)) return;
    this.#texts.set(file, text);
    for (const [, name = ""] of text.matchAll(TYPE)) this.#types.add(name);
  }

  readonly at = (value: CodeValue): Taint | "safe" | undefined => {
    const { source, offset } = value.spot;
    const declared = this.#of(source.file);
    if (!declared) return undefined;
    const isMade =
      value.kind === "derived" ||
      value.kind === "text" ||
      value.kind === "object" ||
      value.kind === "list" ||
      value.kind === "result";
    if (isMade && declared.safe.some(({ start, end }) => start <= offset && offset < end)) return "safe";
    const name = declared.values.get(offset);
    if (name === undefined || value.kind === "function" || value.kind === "class" || value.kind === "literal")
      return undefined;
    const what = name === "" ? "a value that is marked @phi" : `a value of type ${name}`;
    return { certainty: "marked", what, field: "", way: [{ spot: value.spot, text: `${what} comes to be` }] };
  };

  #of(file: string): Declarations | undefined {
    if (this.#declarations.has(file)) return this.#declarations.get(file);
    const text = this.#texts.get(file);
    let declared: Declarations | undefined;
    if (text !== undefined && this.#isWorthReading(text)) {
      const parsed = this.#parser.parse(file, text);
      if (parsed.ok) {
        const isSafe = (name: string): boolean => isSanitizerName(name) || this.#settings.safe.has(name);
        declared = declarationsIn(parsed.module.program, text, this.#types, isSafe);
        parsed.dispose?.();
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

/** `@phi` in the comment before an interface, a type or a class. */
const TYPE =
  /@phi(?!-)\b(?:[^*]|\*(?!\/))*\*\/\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|type|class)\s+([A-Za-z_$][\w$]*)/g;
