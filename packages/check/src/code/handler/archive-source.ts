/** Terraform: the folder or file that `data "archive_file"` packs for a function. */
import { dirname, join } from "node:path/posix";
import type { Resource } from "../../graph/resource.ts";
import type { FileReader } from "../../readers/reading.ts";

const BLOCK = /(?:data|resource)\s+"archive_file"\s+"([\w-]+)"\s*\{/g;
const BLOCK_MAX = 4_000;

export function archiveSource(
  fn: Resource,
  files: FileReader,
): { readonly folder: string; readonly how: string } | undefined {
  if (!fn.spot.source.file.endsWith(".tf")) return undefined;
  const beside = dirname(fn.spot.source.file);
  const { value } = fn.at("Filename");
  const reasons = value.kind === "unknown" ? [value.reason] : value.kind === "choice" ? [value.reason] : [];
  const named = reasons.map((reason) => /archive_file\.([\w-]+)/.exec(reason)?.[1]).find((one) => one !== undefined);
  const written =
    fn.at("Filename").text() ??
    (value.kind === "text" ? value.parts.filter((one) => typeof one === "string").join("") : undefined);
  for (const file of files.list(beside === "." ? "." : beside)) {
    const text = file.endsWith(".tf") ? files.read(file) : undefined;
    if (text === undefined || !text.includes("archive_file")) continue;
    for (const match of text.matchAll(BLOCK)) {
      const body = text.slice(match.index, match.index + BLOCK_MAX).split(/\n\}/)[0] ?? "";
      const output = quoted(body, "output_path");
      const isMeant =
        named === match[1] || (written !== undefined && output !== undefined && isSamePath(output, written));
      const source = quoted(body, "source_dir") ?? quoted(body, "source_file");
      if (!isMeant || source === undefined) continue;
      const folder = join(beside, source.replace(/\$\{path\.(?:module|root|cwd)\}\/?/, ""));
      const isFile = quoted(body, "source_dir") === undefined;
      return {
        folder: isFile ? dirname(folder) : folder,
        how: `${source}, which archive_file.${match[1] ?? ""} packs`,
      };
    }
  }
  return undefined;
}

function quoted(body: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*=\\s*"([^"\\n]{1,300})"`, "m").exec(body)?.[1];
}

function isSamePath(one: string, other: string): boolean {
  const bare = (path: string): string => path.replace(/\$\{[^}]*\}\/?/g, "").replace(/^\.?\//, "");
  return bare(one) === bare(other);
}
