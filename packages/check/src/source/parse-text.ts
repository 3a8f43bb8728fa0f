/** A file's text as raw documents: JSON where it begins like JSON, else YAML. */
import { readJson, type RawDocument } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import { SourceText } from "./source-text.ts";

export interface ParsedText extends RawDocument {
  readonly source: SourceText;
}

export function parseText(file: string, text: string): readonly ParsedText[] {
  const source = new SourceText(file, text);
  if (/^\uFEFF?\s*[{[]/.test(text)) {
    const document = readJson(source);
    // A YAML flow mapping begins like JSON too; only a file that says it is JSON is held to it.
    if (document.problems.length === 0 || file.endsWith(".json")) return [{ ...document, source }];
  }
  return readYaml(source).map((document) => ({ ...document, source }));
}
