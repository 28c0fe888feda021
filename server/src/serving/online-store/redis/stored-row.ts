import type { OnlineRow } from "../online-store";
import { offsetsLength, offsetsText } from "../packed-row";
import type { LoadedRow } from "../packed-rows";

/*
 * A row in Redis is `<generation>;<event time>;<offsets><values>`: the values are JSON texts separated by commas, and the
 * offsets are their starts in the whole text. A row that ended is `<generation>;-`.
 */

/** The result for a row that exists only in a later generation. */
export const NEWER = Symbol("newer");

export function storeRow(generation: number, { eventTime, values }: Pick<LoadedRow, "eventTime" | "values">): string {
  const header = `${generation};${eventTime ?? ""};`;
  const offsets: number[] = [];
  let at = header.length + offsetsLength(values.length + 1);
  for (const value of values) {
    offsets.push(at);
    at += value.length + 1;
  }
  offsets.push(at);
  return `${header}${offsetsText(offsets)}${values.join(",")}`;
}

export function storeEnd(generation: number): string {
  return `${generation};-`;
}

/**
 * Parses the row of a generation; undefined if it had ended. A non-null `commonTime` replaces the event time of every row
 * that has one.
 */
export function readStoredRow(
  text: string,
  generation: number,
  commonTime: number | null,
): OnlineRow | typeof NEWER | undefined {
  const first = text.indexOf(";");
  if (integerOf(text, 0, first) > generation) return NEWER;
  if (text.charCodeAt(first + 1) === END && text.length === first + 2) return undefined;
  const second = text.indexOf(";", first + 1);
  const eventTime = second === first + 1 ? null : (commonTime ?? integerOf(text, first + 1, second));
  return { eventTime, text, offsets: null, base: second + 1 };
}

const END = "-".charCodeAt(0);

/** Parses an integer without a substring, which would be allocated for each of thousands of rows. */
function integerOf(text: string, from: number, to: number): number {
  const isNegative = text.charCodeAt(from) === END;
  let value = 0;
  for (let index = isNegative ? from + 1 : from; index < to; index++) value = value * 10 + text.charCodeAt(index) - 48;
  return isNegative ? -value : value;
}
