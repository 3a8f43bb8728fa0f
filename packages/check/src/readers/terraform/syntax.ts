/** A file of Terraform's in the syntax that its name says: native or JSON. */
import type { SourceProblem, SourceText } from "../../source/source-text.ts";
import { readHcl } from "./hcl-reader.ts";
import type { HclBody } from "./hcl-tree.ts";
import { readTfJson } from "./tf-json.ts";

export function readSyntax(source: SourceText): {
  readonly body: HclBody;
  readonly problems: readonly SourceProblem[];
} {
  return source.file.endsWith(".json") ? readTfJson(source) : readHcl(source);
}
