/** Figures and how they are printed: percentiles of samples, never a single time; conditions beside each. */

export interface Figure {
  readonly what: string;
  readonly value: string;
  /** The aim of the issue that asked for it, where there is one. */
  readonly aim?: string;
  readonly conditions: string;
}

/** `fraction` 0.5 is the median. Samples need not be sorted. */
export function percentile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

export function spread(samples: readonly number[]): string {
  return `p50 ${milliseconds(percentile(samples, 0.5))}, p99 ${milliseconds(percentile(samples, 0.99))}`;
}

/** Median, least and most of several rounds. */
export function rate(rounds: readonly number[], unit: string): string {
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  return `${whole(percentile(rounds, 0.5))} ${unit} (${whole(least)}–${whole(most)})`;
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function printFigures(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const indent = " ".repeat(width + 2);
  for (const { what, value, aim, conditions } of figures) {
    console.log(`${what.padEnd(width)}  ${value}${aim === undefined ? "" : `   aim: ${aim}`}`);
    console.log(`${indent}${conditions}`);
  }
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
