/**
 * Finds the parts of a JSON text without parsing them, because `JSON.parse` cannot distinguish 7 from 7.0 and loses
 * integers beyond 2^53. A part is not validated: the caller has to parse it.
 */
export class JsonTextError extends Error {
  constructor(readonly position: number) {
    super(`unexpected character at position ${position}`);
    this.name = "JsonTextError";
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Returns the position of the first non-whitespace character at or after `at`. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return position;
    position++;
  }
}

/** Returns the position after the string that starts at `at`. */
function skipString(text: string, at: number): number {
  let close = text.indexOf('"', at + 1);
  while (close !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close + 1;
    close = text.indexOf('"', close + 1);
  }
  throw new JsonTextError(text.length);
}

/** Returns the position after the value that starts at `at`. */
export function skipValue(text: string, at: number): number {
  let depth = 0;
  let position = at;
  do {
    const code = text.charCodeAt(position);
    if (Number.isNaN(code)) throw new JsonTextError(position);
    if (code === QUOTE) {
      position = skipString(text, position);
    } else if (code === 123 || code === 91) {
      depth++;
      position++;
    } else if (code === 125 || code === 93) {
      if (depth === 0) throw new JsonTextError(position);
      depth--;
      position++;
    } else if (depth > 0) {
      position++;
    } else {
      const start = position;
      while (position < text.length && !'{}[],:" \n\r\t'.includes(text.charAt(position))) position++;
      if (position === start) throw new JsonTextError(position);
    }
  } while (depth > 0);
  return position;
}

/** A part of a JSON text: its start and its text. */
export interface JsonPart {
  readonly at: number;
  readonly text: string;
}

/** Calls `onMember` for each member of the object that is the whole text. */
export function eachMember(text: string, onMember: (name: string, value: JsonPart) => void): void {
  let position = skipSpace(text, 0);
  if (text.charAt(position) !== "{") throw new JsonTextError(position);
  position = skipSpace(text, position + 1);
  let first = true;
  while (text.charAt(position) !== "}") {
    if (!first) {
      if (text.charAt(position) !== ",") throw new JsonTextError(position);
      position = skipSpace(text, position + 1);
    }
    first = false;
    if (text.charCodeAt(position) !== QUOTE) throw new JsonTextError(position);
    const nameEnd = skipString(text, position);
    const name: unknown = JSON.parse(text.slice(position, nameEnd));
    position = skipSpace(text, nameEnd);
    if (text.charAt(position) !== ":") throw new JsonTextError(position);
    const start = skipSpace(text, position + 1);
    const end = skipValue(text, start);
    onMember(String(name), { at: start, text: text.slice(start, end) });
    position = skipSpace(text, end);
  }
  if (skipSpace(text, position + 1) < text.length) throw new JsonTextError(position + 1);
}

/** Calls `onElement` for each element of the array that is the whole text. */
export function eachElement(text: string, onElement: (value: string, index: number) => void): void {
  let position = skipSpace(text, 0);
  if (text.charAt(position) !== "[") throw new JsonTextError(position);
  position = skipSpace(text, position + 1);
  for (let index = 0; text.charAt(position) !== "]"; index++) {
    if (index > 0) {
      if (text.charAt(position) !== ",") throw new JsonTextError(position);
      position = skipSpace(text, position + 1);
    }
    const end = skipValue(text, position);
    onElement(text.slice(position, end), index);
    position = skipSpace(text, end);
  }
  if (skipSpace(text, position + 1) < text.length) throw new JsonTextError(position + 1);
}
