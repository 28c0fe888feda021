const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * What a JSON text that the database wrote says. An integer that a JavaScript number cannot hold exactly, as an int64 key
 * may be, comes as a string of its digits.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text.replace(STRINGS_AND_NUMBERS, exactToken));
}

function exactToken(token: string): string {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}
