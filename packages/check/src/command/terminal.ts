/** What the commands are given of a terminal: `ward` and `ward-check` each have their own. */
import type { Paint } from "../report/text-report.ts";
import type { BarOutput } from "./transfer-bar.ts";

/** Where it runs and prints. */
export interface CheckTerminal {
  readonly cwd: string;
  readonly json: boolean;
  readonly paint: Paint;
  readonly stdout: { readonly columns?: number | undefined };
  /** For a bar while something is fetched. */
  readonly stderr?: BarOutput;
  readonly now: () => Date;
  /** Only what npm and reproducible builds say there is read: npm_config_registry, SOURCE_DATE_EPOCH. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
  /** Remarks, apart from the answer. */
  remark(text: string, style?: "quiet" | "bad"): void;
  /** Calls back on Ctrl-C and the like, until the answer is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

export type CheckFlags = Readonly<Record<string, unknown>>;
