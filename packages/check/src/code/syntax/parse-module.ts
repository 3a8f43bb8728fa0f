/**
 * A file's text as a syntax tree. Large files (bundles) come out of the parser's own memory instead of through JSON, in a
 * third of the time.
 */
import type { ParseResult, ParserOptions } from "oxc-parser";
import { SourceText } from "../../source/source-text.ts";
import type { ParsedModule } from "../evaluate/module-code.ts";
import { bundledSdk } from "./bundled-sdk.ts";
import { cutBundle, cutCharacters, type CutBundle } from "./bundle-sections.ts";
import { isNestedTooDeeply } from "./nesting.ts";

type Oxc = typeof import("oxc-parser");

export type Parsed =
  | { readonly ok: true; readonly module: ParsedModule }
  | { readonly ok: false; readonly reason: string; readonly offset: number };

/** From here on the parser's memory, of which much has to be reserved, is worth it. */
const LARGE_MIN_CHARACTERS = 150_000;
/** Nobody writes a file like that by hand. */
const MIXED_MIN_CHARACTERS = 150_000;
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
    return this.#parse(file, source, cut);
  }

  #parse(file: string, source: SourceText, { text, names: bundled, sections }: CutBundle): Parsed {
    let result = this.#run(file, text, languageOf(file));
    let program = result.program;
    // JSX in a file called .js, and types in one, are both common.
    if (program.body.length === 0 && result.errors.length > 0 && /\.[cm]?js$/.test(file)) {
      result = this.#run(file, text, "tsx");
      program = result.program;
    }
    const [error] = result.errors;
    if (program.body.length === 0 && error) {
      const offset = error.labels[0]?.start ?? 0;
      return { ok: false, reason: `${file} cannot be read: ${error.message}`, offset };
    }
    // What is left after all packages were cut out is the team's own, however large.
    const isMixed = text.length - cutCharacters(sections) >= MIXED_MIN_CHARACTERS;
    const names = isMixed ? new Map([...bundledSdk(text), ...bundled]) : bundled;
    const isEsm = program.body.some((node) => /^(?:Import|Export)/.test(node.type));
    return { ok: true, module: { file, source, program, isEsm, isMixed, bundled: names, sections } };
  }

  #run(file: string, text: string, lang: NonNullable<ParserOptions["lang"]>): ParseResult {
    const options: ParserOptions = { lang, sourceType: "unambiguous", preserveParens: false };
    if (text.length >= LARGE_MIN_CHARACTERS && this.#isRawPossible) {
      try {
        const raw = { ...options, experimentalRawTransfer: true };
        return this.#oxc.parseSync(file, text, raw);
      } catch {
        // No room for its memory, or a platform without it: slower, with the same answer.
        this.#isRawPossible = false;
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
