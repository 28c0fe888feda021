import type { ValueType } from "../../ir/types";
import type { DatasetExpression, Render } from "../text/dialect-parts";
import { quoteText } from "../text/quote";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { inType } from "./database-types";

/** White space at the ends of a text that stands for a missing value. */
const WHITE_SPACE = String.raw`E' \t\n\r\f\x0b'`;

/** ASCII punctuation and symbols, those of Latin-1, and the blocks of general and CJK punctuation, without spaces. */
const PUNCTUATION = "[!-/:-@\\[-`{-~¡-¿×÷\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u206f\\u3001-\\u303f]+";
const SPACES = "[\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";

/** Renders the kinds of expressions that only datasets have. */
export function renderDatasetText(expression: DatasetExpression, render: Render): Rendered {
  switch (expression.kind) {
    case "not_missing":
      return notMissing(render(expression.operand), expression.missing);
    case "text_digest":
      return textDigest(render(expression.operand));
    case "text_or_lost":
      return textOrLost(render(expression.operand), expression.type, render(expression.lost));
    case "by_code_point":
      return compound(`${operand(inType(render(expression.operand), "string"))} collate "C"`, "string");
    case "key_digest":
      return keyDigest(expression.keys.map(render));
    case "counted_from_one": {
      const list = render(expression.operand);
      // As in every slice.
      return atom(`(${list.text})[:]`, list.type);
    }
    default:
      return expression satisfies never;
  }
}

/** A text, or null if it counts as missing. */
function notMissing(value: Rendered, missing: readonly string[]): Rendered {
  const text = operand(inType(value, "string"));
  const words = [...new Set(missing.map(normalized))].map(quoteText);
  const isMissing = `lower(btrim(${text}, ${WHITE_SPACE}) collate "C") in (${words.join(", ")})`;
  return atom(`case when ${isMissing} then null else ${text} end`, "string");
}

function normalized(text: string): string {
  return text.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * SHA-256 of a text in lower case and composed form (NFC), without punctuation, each run of white space as one space.
 * Digests sort faster than long texts.
 */
function textDigest(value: Rendered): Rendered {
  const text = operand(inType(value, "string"));
  // Composing is the slowest step, and ASCII, which has as many bytes as characters, does not need it.
  const composed = `case when octet_length(${text}) = char_length(${text}) then ${text} else normalize(${text}, NFC) end`;
  const words = `regexp_replace(lower(${composed}), ${quoteText(PUNCTUATION)}, '', 'g')`;
  const normal = `btrim(regexp_replace(${words}, ${quoteText(SPACES)}, ' ', 'g'))`;
  return atom(`sha256(convert_to(nullif(${normal}, ''), 'UTF8'))`);
}

/** The digest of a key, as `dataset_takedowns` has it. */
function keyDigest(keys: readonly Rendered[]): Rendered {
  const texts = keys.map((key) => `${operand(inType(key, "string"))}`);
  return atom(call("featstore.key_digest", [call("jsonb_build_array", texts).text]).text, "string");
}

/** The text of a value as `COPY` writes it, or else a text that does not parse as its type. */
function textOrLost(value: Rendered, type: ValueType, lost: Rendered): Rendered {
  const inner = operand(inType(value, type));
  const text = type === "bool" ? `case ${inner} when true then 't' when false then 'f' end` : `${inner}::text`;
  return call("coalesce", [text, inType(lost, "string").text], "string");
}
