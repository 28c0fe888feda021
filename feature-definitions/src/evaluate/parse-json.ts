import { decimalOf } from "./decimals";
import { type Json, jsonNull } from "./values";

/** Deeper documents are rejected: parsing them would exhaust the stack. */
const DEEPEST = 1000;

const number = /(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([-+]?\d+))?/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const word = /true|false|null/y;
const words: Readonly<Record<string, Json>> = { true: true, false: false, null: jsonNull };
const space = /[ \t\n\r]*/y;

/** Position in the text. */
interface Cursor {
  readonly text: string;
  at: number;
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match) cursor.at = pattern.lastIndex;
  return match;
}

/** Consumes this character and the white space around it, if it is next; returns whether it was. */
function takeMark(cursor: Cursor, mark: string): boolean {
  take(cursor, space);
  if (cursor.text[cursor.at] !== mark) return false;
  cursor.at += 1;
  take(cursor, space);
  return true;
}

function need<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new SyntaxError("Invalid JSON");
  return value;
}

/** PostgreSQL texts contain no zero characters or unpaired surrogates. */
function readString(token: string): string {
  const text: unknown = JSON.parse(token);
  if (typeof text !== "string" || text.includes("\0") || /\p{Surrogate}/u.test(text))
    throw new SyntaxError("Invalid JSON");
  return text;
}

/** Reads the items between brackets, each followed by a comma or the end. */
function readItems(cursor: Cursor, end: string, readItem: () => void): void {
  if (takeMark(cursor, end)) return;
  do readItem();
  while (takeMark(cursor, ","));
  if (!takeMark(cursor, end)) throw new SyntaxError("Invalid JSON");
}

function readValue(cursor: Cursor, depth: number): Json {
  if (depth > DEEPEST) throw new SyntaxError("Invalid JSON");
  if (takeMark(cursor, "[")) {
    const items: Json[] = [];
    readItems(cursor, "]", () => items.push(readValue(cursor, depth + 1)));
    return items;
  }
  if (takeMark(cursor, "{")) {
    const entries = new Map<string, Json>();
    readItems(cursor, "}", () => {
      const key = readString(need(take(cursor, string))[0]);
      if (!takeMark(cursor, ":")) throw new SyntaxError("Invalid JSON");
      entries.set(key, readValue(cursor, depth + 1));
    });
    return entries;
  }
  const text = take(cursor, string);
  if (text) return readString(text[0]);
  const named = take(cursor, word);
  if (named) return need(words[named[0]]);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = need(take(cursor, number));
  return need(decimalOf(sign, whole, fraction, Number(exponent)));
}

/** Parses JSON text; null if it is not JSON, or not JSON that PostgreSQL could store. */
export function parseJson(text: string): Json | null {
  const cursor: Cursor = { text, at: 0 };
  try {
    take(cursor, space);
    const value = readValue(cursor, 0);
    take(cursor, space);
    return cursor.at === text.length ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
