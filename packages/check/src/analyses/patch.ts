/**
 * A change of files that mends findings, as an analysis proposes it: shown as a unified diff, written only where asked.
 * INVARIANT: what no edit names stays as it is to the byte, so that a patch is as small as a careful person's.
 */
import { createTwoFilesPatch } from "diff";
import { assert } from "@ward/core";
import type { SourceText } from "../source/source-text.ts";

/** Offsets into the text of the patch's source; a range of no length inserts. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Patch {
  readonly source: SourceText;
  readonly edits: readonly Edit[];
  /** The failure that it mends: ids of the fact and of the subject. Where that is waived, nothing is changed. */
  readonly mends?: { readonly rule: string; readonly resource: string };
}

/** One patch a file; of edits that overlap the first holds. */
export function mergePatches(patches: readonly Patch[]): readonly Patch[] {
  const byFile = new Map<string, Patch>();
  for (const { source, edits } of patches) {
    const kept = byFile.get(source.file);
    byFile.set(source.file, { source: kept?.source ?? source, edits: [...(kept?.edits ?? []), ...edits] });
  }
  return [...byFile.values()]
    .map(({ source, edits }) => ({ source, edits: withoutOverlaps(edits) }))
    .filter((patch) => patched(patch) !== patch.source.text)
    .toSorted((one, other) => (one.source.file < other.source.file ? -1 : 1));
}

/** The file's text with the edits made. */
export function patched({ source, edits }: Patch): string {
  let text = "";
  let from = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    assert(edit.start >= from && edit.end >= edit.start, "edits of one patch must not overlap");
    text += source.text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return text + source.text.slice(from);
}

/** As `git apply` takes it, from the folder that the file's name is relative to. */
export function unifiedDiff(patch: Patch): string {
  const { file, text } = patch.source;
  const diff = createTwoFilesPatch(`a/${file}`, `b/${file}`, text, patched(patch), undefined, undefined, {
    context: 3,
  });
  // Its first line is a ruler that the format does not know.
  return diff.slice(diff.indexOf("--- "));
}

function withoutOverlaps(edits: readonly Edit[]): readonly Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits) {
    if (kept.every(({ start, end }) => edit.end <= start || edit.start >= end)) kept.push(edit);
  }
  return kept;
}
