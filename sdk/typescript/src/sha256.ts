/** Incremental SHA-256; `crypto.subtle` only hashes all bytes at once. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Finishes the hash and returns 64 hexadecimal digits. */
  digest(): string;
}

const BLOCK = 64;

export function createSha256(): Sha256 {
  const state = new Uint32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  const words = new Uint32Array(BLOCK);
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
      compress(state, words, rest, 0);
      restLength = 0;
    }
    for (; from + BLOCK <= bytes.byteLength; from += BLOCK) compress(state, words, bytes, from);
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

/** Processes one block, FIPS 180-4, 6.2.2. */
function compress(state: Uint32Array, words: Uint32Array, bytes: Uint8Array, from: number): void {
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
    const one = (h + high + ((e & f) ^ (~e & g)) + at(ROUNDS, index) + at(words, index)) | 0;
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

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const ROUNDS = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
