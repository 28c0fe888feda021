/** A stream of numbers that depends only on its seed, on any machine. */
export interface Random {
  /** Returns a number in [0, 1) with 32 random bits. */
  unit(): number;
  /** Returns an integer in [0, below). */
  below(below: number): number;
  /** Returns true with the given probability. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Mixes several numbers into one 32-bit seed; a difference in one number gives an unrelated seed. */
export function seedOf(...parts: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const part of parts) {
    // Mixes both halves, so that seeds beyond 32 bits count in full.
    seed = mixed(seed ^ mixed(part >>> 0));
    seed = mixed(seed + Math.floor(part / 2 ** 32));
  }
  return seed;
}

/** Creates a mulberry32 generator: small, fast and sufficient for synthetic data. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  return {
    unit,
    below: (below) => Math.floor(unit() * below),
    chance: (probability) => unit() < probability,
    pick: (items) => items[Math.floor(unit() * items.length)] ?? items[0],
  };
}
