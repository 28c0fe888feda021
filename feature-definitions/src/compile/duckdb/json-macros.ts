import { JSON_NUMBER } from "../text/patterns";
import { quoteText } from "../text/quote";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { macro, named } from "./macro";

/*
 * DuckDB keeps whole numbers in JSON exactly, and reads all others as floats. Where that could change a value, the
 * number tokens are made strings before DuckDB reads them: every string gets a `#` at its end, and a number a `#` at its
 * start. Paths are given twice, the second time with tagged keys.
 */
const STRING = String.raw`"((?:[^"\\]|\\.)*)"`;

/** Reads of JSON, and casts to it and to arrays. */
export const jsonMacros = [
  macro(
    "json_tagged",
    "value",
    `regexp_replace(value, ${quoteText(`${STRING}|(${JSON_NUMBER})`)}, ${quoteText(String.raw`"\1#\2"`)}, 'g')`,
  ),
  macro(
    "json_untagged",
    "value",
    `regexp_replace(replace(value, '#"', '"'), ${quoteText('"#([-+0-9.eE]+)"')}, ${quoteText(String.raw`\1`)}, 'g')`,
  ),
  // An array or object as PostgreSQL prints it, but with its keys in their own order.
  macro(
    "json_printed",
    "value",
    `array_to_string(list_transform(
    regexp_extract_all(value, ${quoteText(String.raw`"(?:[^"\\]|\\.)*"|[-0-9][-+0-9.eE]*|[a-z]+|.`)}),
    lambda token: case
      when token = ',' then ', '
      when token = ':' then ': '
      when regexp_matches(token, '^[-0-9]') then ${FUNCTIONS_SCHEMA}.plain_number(token)
      else token
    end
  ), '')`,
  ),
  // The text of a tagged value that DuckDB has extracted as text.
  macro(
    "json_untagged_text",
    "value",
    named(
      "tagged",
      "value",
      `case
      when ends_with(tagged, '#') then left(tagged, length(tagged) - 1)
      when starts_with(tagged, '#') then ${FUNCTIONS_SCHEMA}.plain_number(tagged[2:])
      when tagged[1] in ('{', '[') then ${FUNCTIONS_SCHEMA}.json_printed(${FUNCTIONS_SCHEMA}.json_untagged(tagged))
      else tagged
    end`,
    ),
  ),
  macro(
    "json_text",
    "value, path, tagged_path",
    named(
      "found",
      "try(json_extract_string(value, path))",
      `case when regexp_matches(found, '^(?:-?[0-9]+[.eE]|[{[])')
      then ${FUNCTIONS_SCHEMA}.json_untagged_text(try(json_extract_string(${FUNCTIONS_SCHEMA}.json_tagged(value), tagged_path)))
      else found end`,
    ),
  ),
  macro(
    "json_at",
    "value, path, tagged_path",
    named(
      "found",
      "try(json_extract(value, path))::varchar",
      `case when found = 'null' then null
      when regexp_matches(found, '[0-9][.eE]')
      then ${FUNCTIONS_SCHEMA}.json_untagged(try(json_extract(${FUNCTIONS_SCHEMA}.json_tagged(value), tagged_path))::varchar)
      else found end`,
    ),
  ),
  // DuckDB also reads commas before an end, NaN, infinities and zero characters.
  macro(
    "to_json",
    "value",
    named(
      "document",
      "value",
      `case when json_valid(document)
      and not regexp_matches(
        regexp_replace(document, ${quoteText(STRING)}, '""', 'g'),
        ${quoteText(String.raw`,[ \t\n\r]*[\]}]|[iI][nN][fF]|[nN][aA][nN]|[eE][-+]?0*[1-9][0-9]{4}`)}
      )
      and not regexp_matches(document, ${quoteText(String.raw`(?:^|[^\\])(?:\\\\)*\\u0000`)})
      then document end`,
    ),
  ),
  macro(
    "to_text_array",
    "value",
    named(
      "items",
      `(case when try(json_type(value)) = 'ARRAY' then try(json_extract_string(${FUNCTIONS_SCHEMA}.json_tagged(value), '$[*]')) end)::text[]`,
      `case when len(list_filter(items, lambda item: item is null or (item[1] in ('{', '[') and not ends_with(item, '#')))) = 0
      then list_transform(items, lambda item: ${FUNCTIONS_SCHEMA}.json_untagged_text(item)) end`,
    ),
  ),
  macro(
    "to_float64_array",
    "value",
    named(
      "items",
      `(case when try(json_type(value)) = 'ARRAY' then
      list_transform(try(json_extract_string(value, '$[*]'))::text[], lambda item: ${FUNCTIONS_SCHEMA}.to_float64(item)) end)::double[]`,
      "case when list_count(items) = len(items) then items end",
    ),
  ),
];
