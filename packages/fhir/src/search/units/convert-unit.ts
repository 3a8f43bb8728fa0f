/** Values of one UCUM unit in another (docs/decisions/0032-units.md). */
import { parseUnit } from "./parse-unit.ts";

export const UCUM = "http://unitsofmeasure.org";

/** Binary sums and products of decimals: 0.001 kg is 1 g, not 1.0000000000000002. */
const DIGITS = 12;

/** Undefined where the units measure different things, or one of them is no UCUM unit. */
export function convertUnit(from: string, to: string): ((value: number) => number) | undefined {
  const [source, target] = [parseUnit(from), parseUnit(to)];
  if (!source || !target || source.dimension !== target.dimension) return undefined;
  const factor = source.factor / target.factor;
  const shift = (source.offset - target.offset) / target.factor;
  return (value) => (Number.isFinite(value) ? Number((value * factor + shift).toPrecision(DIGITS)) : value);
}
