/** Where text goes: a process's stream, or a test's. */

export interface Output {
  write(text: string): unknown;
  /** Absent where the output is no terminal. */
  readonly columns?: number | undefined;
  readonly isTTY?: boolean | undefined;
}
