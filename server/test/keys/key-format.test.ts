import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultOfApiKey, generateApiKey, parseApiKey } from "../../src/keys/api-key-format";
import { digestOf } from "../../src/keys/key-secrets";

interface Vectors {
  readonly hmac_secret: string;
  readonly valid: readonly {
    readonly key: string;
    readonly id: string;
    readonly secret: string;
    readonly digest: string;
  }[];
  readonly invalid: readonly { readonly key: string; readonly why: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../sdk/test-vectors/api-keys.json", import.meta.url), "utf8"),
) as Vectors;

describe("key format", () => {
  test("a key parses into its parts", () => {
    for (let round = 0; round < 200; round++) {
      const { id, secret, text } = generateApiKey();
      expect(parseApiKey(text)).toEqual({ id, secret });
    }
  });

  test("rejects any key with a changed, missing or added character", () => {
    const { text } = generateApiKey();
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.string({ maxLength: 2 }), (at, replacement) => {
        fc.pre(replacement !== text[at]);
        expect(parseApiKey(text.slice(0, at) + replacement + text.slice(at + 1))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test.for(vectors.valid)("the test vector $id is a key", ({ key, id, secret, digest }) => {
    expect(parseApiKey(key)).toEqual({ id, secret });
    expect(digestOf(vectors.hmac_secret, id, secret)).toBe(digest);
  });

  test.for(vectors.invalid)("a test vector is no key: $why", ({ key }) => {
    expect(parseApiKey(key)).toBeUndefined();
    if (key !== "") expect(faultOfApiKey(key)).not.toContain(key);
  });
});
