/** Numbers that look random and are the same for the same seed (mulberry32): a data set is named by its seed. */

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number;
  decimal(least: number, most: number, digits: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  /** A version 4 UUID. */
  uuid(): string;
  digits(count: number): string;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const hex = (count: number): string => Array.from({ length: count }, () => whole(0, 15).toString(16)).join("");
  return {
    next,
    whole,
    decimal: (least, most, digits) => Number((least + next() * (most - least)).toFixed(digits)),
    pick: (list) => list[whole(0, list.length - 1)] as (typeof list)[number],
    chance: (share) => next() < share,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab"[whole(0, 3)]}${hex(3)}-${hex(12)}`,
    digits: (count) => Array.from({ length: count }, () => whole(0, 9)).join(""),
  };
}
