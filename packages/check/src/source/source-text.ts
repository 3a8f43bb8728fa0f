/**
 * A file's text and the places in it. Places are offsets until someone prints them: most are never printed, and counting
 * lines for each would cost more than the rest of reading.
 */

/** What a person or a CI system is pointed to. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a source, cheap to keep. */
export interface Spot {
  readonly source: SourceText;
  readonly offset: number;
}

/** Something that a reader could not read. The rest of the input is judged all the same. */
export interface SourceProblem {
  readonly spot: Spot;
  /** What was expected, for people. */
  readonly message: string;
}

export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  /** `file` is as people know it: relative to where they called from. */
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  positionAt(offset: number): Position {
    this.#lineStarts ??= findLineStarts(this.text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** The text of a line, counted from 1, without its end. */
  lineText(line: number): string {
    this.#lineStarts ??= findLineStarts(this.text);
    const start = this.#lineStarts[line - 1] ?? this.text.length;
    return this.text.slice(start, this.#lineStarts[line] ?? this.text.length).replace(/\r?\n$/, "");
  }

  get lineCount(): number {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts.length;
  }
}

export function positionOf(spot: Spot): Position {
  return spot.source.positionAt(spot.offset);
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
