/**
 * A file's text as a syntax tree. Large files (bundles) come out of the parser's own memory instead of through JSON, in a
 * third of the time.
 */
import type * as oxc from "oxc-parser";
import type { OxcError, ParseResult, ParserOptions, Program } from "oxc-parser";
import { SourceText } from "../../source/source-text.ts";
import type { ParsedModule } from "../evaluate/module-code.ts";
import { bundledClasses } from "./bundled-libraries.ts";
import { bundledSdk } from "./bundled-sdk.ts";
import { cutBundle, cutCharacters, type CutBundle } from "./bundle-sections.ts";
import { isNestedTooDeeply } from "./nesting.ts";
import { Outline } from "./outline.ts";

type Oxc = Pick<typeof oxc, "parseSync">;
type Language = NonNullable<ParserOptions["lang"]>;

/** What `experimentalLazy` adds to the parser's answer. */
interface LazyResult {
  readonly program: Program;
  readonly errors: readonly OxcError[];
  dispose?(): void;
}

export type Parsed =
  | { readonly ok: true; readonly module: ParsedModule }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** From here on the parser's memory, of which much has to be reserved, is worth it. */
const LARGE_MIN_CHARACTERS = 10_000;
/** Nobody writes a file like that by hand. */
const MIXED_MIN_CHARACTERS = 150_000;
/** Nor a minified one like that without a package in it. */
const MINIFIED_MIN_CHARACTERS = 50_000;
const MINIFIED_LINE_CHARACTERS = 300;
/** No function is larger: Lambda's limit is 50 MB zipped, of which code is a part. */
const TEXT_MAX_CHARACTERS = 12_000_000;

export class ModuleParser {
  readonly #oxc: Oxc;
  #isRawPossible = true;

  constructor(oxc: Oxc) {
    this.#oxc = oxc;
  }

  parse(file: string, text: string): Parsed {
    if (text.length > TEXT_MAX_CHARACTERS) return { ok: false, reason: `${file} is too large to be read`, offset: 0 };
    const cut = cutBundle(text);
    const source = new SourceText(file, text);
    if (isNestedTooDeeply(cut.text)) return { ok: false, reason: `${file} is nested too deeply to be read`, offset: 0 };
    // What is left after all packages were cut out is the team's own, however large.
    const left = text.length - cutCharacters(cut.sections);
    const isMixed = left >= MIXED_MIN_CHARACTERS || (left >= MINIFIED_MIN_CHARACTERS && isMinified(text));
    return isMixed ? this.#parseMixed(file, source, cut) : this.#parseWhole(file, source, cut);
  }

  #parseWhole(file: string, source: SourceText, { text, names: bundled, sections }: CutBundle): Parsed {
    let result = this.#run(file, text, languageOf(file));
    let program = result.program;
    // JSX in a file called .js, and types in one, are both common.
    if (program.body.length === 0 && result.errors.length > 0 && /\.[cm]?js$/.test(file)) {
      result = this.#run(file, text, "tsx");
      program = result.program;
    }
    const [error] = result.errors;
    if (program.body.length === 0 && error) return unreadable(file, error);
    const isEsm = program.body.some((node) => /^(?:Import|Export)/.test(node.type));
    return { ok: true, module: { file, source, program, isEsm, bundled, sections } };
  }

  #parseMixed(file: string, source: SourceText, { text, names, sections }: CutBundle): Parsed {
    const lang = languageOf(file);
    const result = this.#outlineOf(file, text, lang);
    const [error] = result.errors;
    if (result.program.body.length === 0 && error) return unreadable(file, error);
    const read = (piece: string): Program | undefined => {
      const options: ParserOptions = { lang, preserveParens: false };
      for (const sourceType of ["script", "module"] as const) {
        const { program } = this.#oxc.parseSync(file, piece, { ...options, sourceType });
        if (program.body.length > 0) return program;
      }
      return undefined;
    };
    const outline = new Outline(text, result.program, read);
    result.dispose?.();
    const isEsm = outline.declarations.length > 0;
    const program: Program = {
      type: "Program",
      body: [...outline.declarations],
      sourceType: "module",
      hashbang: null,
      start: 0,
      end: text.length,
    };
    const bundled = new Map([...bundledClasses(text, outline), ...bundledSdk(text, outline), ...names]);
    return { ok: true, module: { file, source, program, isEsm, outline, bundled, sections } };
  }

  /** The tree of the parser's own memory: types and places without the cost of copying it all. */
  #outlineOf(file: string, text: string, lang: Language): LazyResult {
    const options = { lang, sourceType: "unambiguous", preserveParens: false } as const;
    const lazy = { ...options, experimentalLazy: true };
    return this.#withRaw((raw) => this.#oxc.parseSync(file, text, raw ? lazy : options));
  }

  #run(file: string, text: string, lang: Language): ParseResult {
    const options = { lang, sourceType: "unambiguous", preserveParens: false } as const;
    const isLarge = text.length >= LARGE_MIN_CHARACTERS;
    const quick = { ...options, experimentalRawTransfer: true };
    return this.#withRaw((raw) => this.#oxc.parseSync(file, text, raw && isLarge ? quick : options));
  }

  #withRaw<Result>(parse: (raw: boolean) => Result): Result {
    if (!this.#isRawPossible) return parse(false);
    try {
      return parse(true);
    } catch {
      // No room for its memory, or a platform without it: slower, with the same answer.
      this.#isRawPossible = false;
      return parse(false);
    }
  }
}

/** By the length of its lines. */
function isMinified(text: string): boolean {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return text.length / lines > MINIFIED_LINE_CHARACTERS;
}

function unreadable(file: string, error: OxcError): Parsed {
  return { ok: false, reason: `${file} cannot be read: ${error.message}`, offset: error.labels[0]?.start ?? 0 };
}

function languageOf(file: string): Language {
  if (/\.[cm]?ts$/.test(file)) return "ts";
  if (file.endsWith(".tsx")) return "tsx";
  return file.endsWith(".jsx") ? "jsx" : "js";
}
