const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * Parses a JSON text written by the database. An integer that a JavaScript number cannot represent exactly, such as an int64
 * key, becomes a string of its digits.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text.replace(STRINGS_AND_NUMBERS, exactToken));
}

function exactToken(token: string): string {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
