import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { randomId } from "../core/index";

/** The parts of an API key. */
export interface ApiKeyParts {
  /** 16 characters a–z, 2–7. Identifies the key in lists, logs and lookups; not secret. */
  readonly id: string;
  /** 43 characters base64url: 256 random bits. */
  readonly secret: string;
}

const KEY = /^fs_([a-z2-7]{16})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;
/** The length of every key text. */
const KEY_LENGTH = 72;

const FORM = "it looks like fs_…_…_… and has 72 characters, letters, digits, _ and -";

/** Explains why `parseApiKey` rejects a text, without quoting it. */
export function faultOfApiKey(text: string): string {
  if (!text.startsWith("fs_")) return `an API key of this server begins with fs_; ${FORM}.`;
  if (text.length !== KEY_LENGTH) {
    return `it has ${text.length} characters; ${FORM}. Check that it was copied completely, without extra characters.`;
  }
  if (!KEY.test(text)) return `it contains an invalid character; ${FORM}.`;
  return "its checksum does not match: a character changed when it was copied. Copy it again.";
}

/** Generates a key: `fs_<id>_<secret>_<crc>`. */
export function generateApiKey(id = randomId()): ApiKeyParts & { readonly text: string } {
  const secret = randomBytes(32).toString("base64url");
  return { id, secret, text: `fs_${id}_${secret}_${checksum(id, secret)}` };
}

/** Parses a key text. Returns undefined if its form or checksum is wrong, so that a typo costs no lookup. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  if (text.length !== KEY_LENGTH) return undefined;
  const [, id, secret, sentChecksum] = KEY.exec(text) ?? [];
  if (id === undefined || secret === undefined || sentChecksum !== checksum(id, secret)) return undefined;
  return { id, secret };
}

function checksum(id: string, secret: string): string {
  return crc32(`fs_${id}_${secret}`).toString(16).padStart(8, "0");
}
