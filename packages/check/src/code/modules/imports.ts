/** What a module imports and which environment variables it mentions, whether or not the code is seen to run. */
import type { SourceText } from "../../source/source-text.ts";
import type { EnvironmentRead } from "../contract.ts";
import type { ParsedModule } from "../evaluate/module-code.ts";

export interface WrittenImport {
  readonly specifier: string;
  readonly offset: number;
  readonly isRequire: boolean;
  /** The package, where a bundler has put its code into this file. */
  readonly bundled?: string;
}

const DYNAMIC = /\b(require|import)\s*\(\s*(?:"([^"\n]{1,300})"|'([^'\n]{1,300})'|`([^`$\n]{1,300})`)\s*[,)]/g;
const ENVIRONMENT =
  /\b(?:process|import\.meta|globalThis\.process|Bun)\.env(?:(?:\?)?\.([A-Za-z_$][\w$]*)|(?:\?\.)?\[\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*\])/g;
const LINE_MAX = 2_000;

export function importsOf(module: ParsedModule): readonly WrittenImport[] {
  const found: WrittenImport[] = [];
  for (const node of module.program.body) {
    if (node.type === "ImportDeclaration") {
      const isType = node.importKind === "type" || (node.specifiers.length > 0 && node.specifiers.every(isTypeOnly));
      if (!isType) found.push({ specifier: node.source.value, offset: node.start, isRequire: false });
    } else if (node.type === "ExportAllDeclaration" || node.type === "ExportNamedDeclaration") {
      if (node.source && node.exportKind !== "type") {
        found.push({ specifier: node.source.value, offset: node.start, isRequire: false });
      }
    } else if (node.type === "TSImportEqualsDeclaration" && node.importKind !== "type") {
      const { moduleReference: of } = node;
      if (of.type === "TSExternalModuleReference") {
        found.push({ specifier: of.expression.value, offset: node.start, isRequire: true });
      }
    }
  }
  const { text } = module.source;
  for (const match of text.matchAll(DYNAMIC)) {
    const [, word, ...quoted] = match;
    const specifier = quoted.find((one) => one !== undefined);
    if (specifier === undefined || isComment(text, match.index) || isCut(module, match.index)) continue;
    found.push({ specifier, offset: match.index, isRequire: word === "require" });
  }
  const bundled = new Set<string>();
  for (const { module: name, offset } of module.sections) {
    if (!bundled.has(name)) found.push({ specifier: name, offset, isRequire: false, bundled: name });
    bundled.add(name);
  }
  return found;
}

function isTypeOnly(specifier: object): boolean {
  return "importKind" in specifier && specifier.importKind === "type";
}

/** Whether it stands in a line's comment, as in the examples above a function. */
function isComment(text: string, offset: number): boolean {
  const start = Math.max(text.lastIndexOf("\n", offset) + 1, offset - LINE_MAX);
  return /^\s*(?:\/\/|\*|\/\*)/.test(text.slice(start, offset));
}

function isCut({ sections }: ParsedModule, offset: number): boolean {
  return sections.some((section) => offset >= section.offset && offset < section.end);
}

/** Variables that the text reads and that are not among those seen to be read. */
export function writtenEnvironment(
  source: SourceText,
  reached: readonly EnvironmentRead[],
): readonly EnvironmentRead[] {
  const known = new Set(reached.map(({ name }) => name));
  const found = new Map<string, EnvironmentRead>();
  for (const match of source.text.matchAll(ENVIRONMENT)) {
    const name = match[1] ?? match[2] ?? match[3] ?? "";
    if (known.has(name) || found.has(name)) continue;
    found.set(name, { name, spot: { source, offset: match.index }, isReached: false });
  }
  return [...found.values()];
}
