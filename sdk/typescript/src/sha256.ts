/** Incremental SHA-256; `crypto.subtle` only hashes all bytes at once. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Finishes the hash and returns 64 hexadecimal digits. */
  digest(): string;
}

const BLOCK = 64;

export function createSha256(): Sha256 {
  const state = constants(8, Math.sqrt);
  const registers = { state, words: new Uint32Array(BLOCK), rounds: constants(BLOCK, Math.cbrt) };
  const rest = new Uint8Array(BLOCK);
  let restLength = 0;
  let length = 0;

  const update = (bytes: Uint8Array): void => {
    length += bytes.byteLength;
    let from = 0;
    if (restLength > 0) {
      from = Math.min(BLOCK - restLength, bytes.byteLength);
      rest.set(bytes.subarray(0, from), restLength);
      restLength += from;
      if (restLength < BLOCK) return;
      compress(registers, rest, 0);
      restLength = 0;
    }
    for (; from + BLOCK <= bytes.byteLength; from += BLOCK) compress(registers, bytes, from);
    rest.set(bytes.subarray(from));
    restLength = bytes.byteLength - from;
  };

  return {
    update,
    digest() {
      const bits = BigInt(length) * 8n;
      const end = new Uint8Array((restLength < BLOCK - 8 ? BLOCK : 2 * BLOCK) - restLength);
      end[0] = 0x80;
      new DataView(end.buffer).setBigUint64(end.byteLength - 8, bits);
      update(end);
      return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
    },
  };
}

interface Registers {
  readonly state: Uint32Array;
  readonly words: Uint32Array;
  readonly rounds: Uint32Array;
}

/** Processes one block, FIPS 180-4, 6.2.2. */
function compress({ state, words, rounds }: Registers, bytes: Uint8Array, from: number): void {
  const at = (array: Uint32Array, index: number): number => array[index] ?? 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, BLOCK);
  for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(index * 4);
  for (let index = 16; index < 64; index += 1) {
    const [near, far] = [at(words, index - 15), at(words, index - 2)];
    const first = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
    const second = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
    words[index] = at(words, index - 16) + first + at(words, index - 7) + second;
  }
  let [a, b, c, d] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
  let [e, f, g, h] = [at(state, 4), at(state, 5), at(state, 6), at(state, 7)];
  for (let index = 0; index < 64; index += 1) {
    const high = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const one = (h + high + ((e & f) ^ (~e & g)) + at(rounds, index) + at(words, index)) | 0;
    const low = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractions of a root of the first primes, as FIPS 180-4 defines its constants. */
function constants(count: number, root: (prime: number) => number): Uint32Array {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number += 1)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return Uint32Array.from(primes, (prime) => (root(prime) % 1) * 2 ** 32);
}
