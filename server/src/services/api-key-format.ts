import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** The parts of an API key. */
export interface ApiKeyParts {
  /** 16 characters a–z, 2–7: names the key in lists, logs and look-ups, and opens nothing. */
  readonly id: string;
  /** 43 characters base64url: 256 random bits. */
  readonly secret: string;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const KEY = /^fs_([a-z2-7]{16})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
/** The length of every key text. */
const KEY_LENGTH = 72;

/** A new key: `fs_<id>_<secret>_<crc>`. */
export function generateApiKey(): ApiKeyParts & { readonly text: string } {
  const id = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  const secret = randomBytes(32).toString("base64url");
  return { id, secret, text: `fs_${id}_${secret}_${checksum(id, secret)}` };
}

/** The parts of a key text; undefined where its form or its checksum is wrong, so that a typing error costs no look-up. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (text.length !== KEY_LENGTH) return undefined;
  const [, id, secret, given] = KEY.exec(text) ?? [];
  if (id === undefined || secret === undefined || given !== checksum(id, secret)) return undefined;
  return { id, secret };
}

function checksum(id: string, secret: string): string {
  return crc32(`fs_${id}_${secret}`).toString(16).padStart(8, "0");
}
