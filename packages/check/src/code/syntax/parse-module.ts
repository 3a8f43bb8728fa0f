/**
 * A file's text as a syntax tree. Large files (bundles) are read lazily: their tree stays in the parser's memory, and only the
 * parts that are evaluated become objects.
 */
import type { ParserOptions, Program } from "oxc-parser";
import { SourceText } from "../../source/source-text.ts";
import type { ParsedModule } from "../evaluate/module-code.ts";
import { cutBundle, type CutBundle } from "./bundle-sections.ts";
import { isNestedTooDeeply } from "./nesting.ts";

type Oxc = typeof import("oxc-parser");

/** What `experimentalLazy` adds to the parser's answer. */
interface LazyResult {
  readonly program: Program;
  readonly errors: readonly { readonly message: string; readonly labels: readonly { readonly start: number }[] }[];
  dispose?(): void;
}

export type Parsed =
  | { readonly ok: true; readonly module: ParsedModule; readonly dispose: (() => void) | undefined }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** From here on a tree costs more to copy than to look into. */
const LAZY_MIN_CHARACTERS = 150_000;
/** No function is larger: Lambda's limit is 50 MB zipped, of which code is a part. */
const TEXT_MAX_CHARACTERS = 12_000_000;

export class ModuleParser {
  readonly #oxc: Oxc;
  #isLazyPossible = true;

  constructor(oxc: Oxc) {
    this.#oxc = oxc;
  }

  parse(file: string, text: string): Parsed {
    if (text.length > TEXT_MAX_CHARACTERS) return { ok: false, reason: `${file} is too large to be read`, offset: 0 };
    const cut = cutBundle(text);
    const source = new SourceText(file, text);
    if (isNestedTooDeeply(cut.text)) return { ok: false, reason: `${file} is nested too deeply to be read`, offset: 0 };
    return this.#parse(file, source, cut);
  }

  #parse(file: string, source: SourceText, { text, names: bundled, sections }: CutBundle): Parsed {
    let result = this.#run(file, text, languageOf(file));
    let program = result.program;
    // JSX in a file called .js, and types in one, are both common.
    if (program.body.length === 0 && result.errors.length > 0 && /\.[cm]?js$/.test(file)) {
      result.dispose?.();
      result = this.#run(file, text, "tsx");
      program = result.program;
    }
    const [error] = result.errors;
    if (program.body.length === 0 && error) {
      const offset = error.labels[0]?.start ?? 0;
      return { ok: false, reason: `${file} cannot be read: ${error.message}`, offset };
    }
    const isEsm = program.body.some((node) => /^(?:Import|Export)/.test(node.type));
    return { ok: true, module: { file, source, program, isEsm, bundled, sections }, dispose: result.dispose };
  }

  #run(file: string, text: string, lang: NonNullable<ParserOptions["lang"]>): LazyResult {
    const options: ParserOptions = { lang, sourceType: "unambiguous", preserveParens: false };
    if (text.length >= LAZY_MIN_CHARACTERS && this.#isLazyPossible) {
      try {
        const lazy = { ...options, experimentalLazy: true };
        return this.#oxc.parseSync(file, text, lazy);
      } catch {
        // No room for its memory, or a platform without it: slower, with the same answer.
        this.#isLazyPossible = false;
      }
    }
    return this.#oxc.parseSync(file, text, options);
  }
}

function languageOf(file: string): NonNullable<ParserOptions["lang"]> {
  if (/\.[cm]?ts$/.test(file)) return "ts";
  if (file.endsWith(".tsx")) return "tsx";
  return file.endsWith(".jsx") ? "jsx" : "js";
}
