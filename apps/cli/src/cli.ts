/** What every command is given: where it prints, what surrounds it, how it is interrupted. Nothing else is ambient. */
import type { Platform } from "./platform-port.ts";
import type { Output } from "./output.ts";
import type { Paint, Style } from "./paint.ts";

export interface Surroundings {
  readonly platform: () => Promise<Platform>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly readStdin: () => Promise<string>;
  readonly now: () => Date;
  /** Calls back on Ctrl-C, SIGTERM and the like, until the answer is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process without waiting for anything. */
  readonly exitNow: (code: number) => void;
}

export interface Cli extends Surroundings {
  readonly json: boolean;
  readonly paint: Paint;
  /** One line, or several, on stdout. */
  print(text: string): void;
  /** One JSON document on one line, on stdout. */
  printJson(value: unknown): void;
  /** Progress and remarks, on stderr, so that stdout holds the answer alone. */
  remark(text: string, style?: Style): void;
}

/** The exit codes of every command. */
export const EXIT = {
  done: 0,
  /** The command ran, and what it looked at is not as it should be. */
  problem: 1,
  /** The command could not run. */
  couldNotRun: 2,
  interrupted: 130,
} as const;
