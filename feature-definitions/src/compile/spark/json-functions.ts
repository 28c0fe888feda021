import { JSON_NUMBER } from "../text/patterns";
import { pattern, sessionFunction } from "./function";
import { float64OfText, plainNumber } from "./number-functions";
import { quoteText } from "./quote";

/*
 * Spark reads numbers with a fraction in JSON as floats. Where that could change a value, all numbers are made strings
 * before Spark reads them: every string gets a `#` at its end, and a number a `#` at its start. Paths are given twice,
 * the second time with tagged keys. Escapes of quotes and backslashes are written by their number first, so that a string
 * ends at the next quote: a pattern with alternatives in a repetition would need a deep stack.
 */
const STRICT = "map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')";
const ESCAPED_BACKSLASH = quoteText("\\\\");
const ESCAPED_QUOTE = quoteText('\\"');
const SURROGATE_PAIR = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`;
/** Half of a pair of escapes without the other. */
const LONE_SURROGATE = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]`;

/** The text of a tagged value that Spark has read as text, if it is no array or object. */
const untaggedItem = (item: string): string =>
  `case when endswith(${item}, '#') then left(${item}, length(${item}) - 1)
      when startswith(${item}, '#') then ${plainNumber(`substring(${item}, 2)`)} else ${item} end`;

/**
 * The text of an array or object with each number as PostgreSQL prints it; numbers stand between characters U+0002, which
 * JSON does not have.
 */
const plainNumbers = (text: string): string =>
  `array_join(transform(split(${text}, '\\u0002'), (piece, place) ->
    case when place % 2 = 1 then ${plainNumber("piece")} else piece end), '')`;

/** Reads of JSON, and casts to it and to arrays. */
export const jsonFunctions = [
  sessionFunction(
    "json_escaped",
    "value string",
    "string",
    `replace(replace(value, ${ESCAPED_BACKSLASH}, ${quoteText("\\u005c")}), ${ESCAPED_QUOTE}, ${quoteText("\\u0022")})`,
  ),
  sessionFunction(
    "json_tagged",
    "value string",
    "string",
    `regexp_replace(featstore_json_escaped(value), ${pattern(`"([^"]*)"|(${JSON_NUMBER})`)}, '"$1#$2"')`,
  ),
  sessionFunction(
    "json_untagged",
    "value string",
    "string",
    `replace(regexp_replace(value, '"#([-+0-9.eE]+)"', '$1'), '#"', '"')`,
  ),
  // Spark writes characters beyond the first 65,536 as two escapes, if they stand in an array or object.
  sessionFunction(
    "json_unescaped_pairs",
    "value string",
    "string",
    `aggregate(array_distinct(regexp_extract_all(value, ${pattern(SURROGATE_PAIR)}, 0)), value,
    (text, pair) -> replace(text, pair, decode(unhex(substring(pair, 3, 4) || substring(pair, 9, 4)), 'UTF-16BE')))`,
  ),
  // An array or object as PostgreSQL prints it, but with its keys in their own order. JSON has no control characters, so
  // one can mark the ends of strings, and another numbers.
  sessionFunction(
    "json_printed",
    "value string",
    "string",
    `replace(replace(replace(replace(replace(regexp_replace(
    ${plainNumbers(`replace(regexp_replace(featstore_json_escaped(featstore_json_unescaped_pairs(value)), '"#([-+0-9.eE]+)"', '\\u0002$1\\u0002'), '#"', '"')`)},
    '("[^"]*")|([,:])', '$1$2\\u0001'), ',\\u0001', ', '), ':\\u0001', ': '), '\\u0001', ''),
    ${quoteText("\\u0022")}, ${ESCAPED_QUOTE}), ${quoteText("\\u005c")}, ${ESCAPED_BACKSLASH})`,
  ),
  sessionFunction(
    "json_untagged_text",
    "tagged string",
    "string",
    `case when left(tagged, 1) in ('{', '[') and not endswith(tagged, '#') then featstore_json_printed(tagged)
    else ${untaggedItem("tagged")} end`,
  ),
  sessionFunction(
    "json_text_of",
    "found string, value string, tagged_path string",
    "string",
    `case when found rlike ${pattern(String.raw`^(?:-?[0-9]+[.eE]|[{\[]|"-?Infinity"|null\z)`)}
    then featstore_json_untagged_text(nullif(get_json_object(featstore_json_tagged(value), tagged_path), 'null')) else found end`,
  ),
  sessionFunction(
    "json_text",
    "value string, path string, tagged_path string",
    "string",
    "featstore_json_text_of(get_json_object(value, path), value, tagged_path)",
  ),
  sessionFunction(
    "json_of_tagged",
    "tagged string",
    "string",
    `case
    when endswith(tagged, '#') then regexp_extract(to_json(array(left(tagged, length(tagged) - 1))), ${pattern(String.raw`(?s)^\[(.*)\]\z`)}, 1)
    when startswith(tagged, '#') then substring(tagged, 2)
    else featstore_json_untagged(tagged) end`,
  ),
  sessionFunction(
    "json_at",
    "value string, tagged_path string",
    "string",
    "featstore_json_of_tagged(nullif(get_json_object(featstore_json_tagged(value), tagged_path), 'null'))",
  ),
  sessionFunction(
    "json_checked",
    "value string, escaped string, end string",
    "string",
    `case when get(from_json('[' || value || ',"' || end || '"]', 'array<string>', ${STRICT}), 1) = end
    and not contains(escaped, ${quoteText("\\u0000")})
    and not escaped rlike ${pattern(LONE_SURROGATE)}
    and not regexp_replace(escaped, '"[^"]*"', '""') rlike '[eE][-+]?0*[1-9][0-9]{4}'
    then value end`,
  ),
  // A document is what stands alone before a digest of itself.
  sessionFunction(
    "to_json",
    "value string",
    "string",
    "featstore_json_checked(value, featstore_json_escaped(value), md5(value))",
  ),
  sessionFunction(
    "text_array_of",
    "items array<string>",
    "array<string>",
    `case when not exists(items, item -> item is null or (left(item, 1) in ('{', '[') and not endswith(item, '#')))
    then transform(items, item -> ${untaggedItem("item")}) end`,
  ),
  sessionFunction(
    "float64_array_of",
    "items array<double>",
    "array<double>",
    "case when not exists(items, item -> item is null) then items end",
  ),
  sessionFunction(
    "json_items",
    "value string",
    "array<string>",
    `case when value rlike ${pattern(String.raw`^[ \t\n\r]*\[`)} then from_json(value, 'array<string>') end`,
  ),
  sessionFunction(
    "to_text_array",
    "value string",
    "array<string>",
    "featstore_text_array_of(featstore_json_items(featstore_json_tagged(value)))",
  ),
  sessionFunction(
    "to_float64_array",
    "value string",
    "array<double>",
    `featstore_float64_array_of(transform(featstore_json_items(value), item -> ${float64OfText("item")}))`,
  ),
];
