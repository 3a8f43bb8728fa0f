/** An approved, expiring exception: a failure that someone answers for until a day. */

export interface Waiver {
  readonly rule: string;
  /** Resources that it holds for, by id or by name; `*` stands for any characters. Absent: all. */
  readonly resource?: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it holds, as 2026-12-31, in UTC. */
  readonly expires: string;
  /** The file, and the line where there is one, that it is written in. */
  readonly source: string;
}
