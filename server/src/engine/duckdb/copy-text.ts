import { quoteName } from "@featstore/definitions/compiler";

/** A column of a generation, with PostgreSQL's name of its type. */
export interface CopiedColumn {
  readonly name: string;
  readonly databaseType: string;
}

/**
 * Selects the columns of a generation from staged rows, as texts that PostgreSQL reads with COPY into columns of the generation's
 * types. A text of DuckDB is also PostgreSQL's unless it is converted here.
 */
export function copyTexts(columns: readonly CopiedColumn[]): string {
  return columns.map((column) => `${copyText(column)} as ${quoteName(column.name)}`).join(", ");
}

function copyText({ name, databaseType }: CopiedColumn): string {
  const value = quoteName(name);
  const text = `cast(${value} as varchar)`;
  switch (databaseType) {
    case "timestamp with time zone":
      // Half the cost of a cast, which looks the session's time zone up for each value.
      return withEra(value, {
        first: "timestamptz '0001-01-01 00:00:00+00'",
        text: `cast(make_timestamp(epoch_us(${value})) as varchar) || '+00'`,
      });
    case "date":
      return withEra(value, { first: "date '0001-01-01'", text });
    case "numeric":
      // A lake's decimals have ten digits after the point, PostgreSQL's those that they need.
      return `rtrim(rtrim(cast(cast(${value} as decimal(38, 10)) as varchar), '0'), '.')`;
    case "text[]": {
      const element = `replace(replace(each, '\\', '\\\\'), '"', '\\"')`;
      return `'{' || array_to_string(list_transform(${value}, lambda each: coalesce('"' || ${element} || '"', 'null')), ',') || '}'`;
    }
    case "double precision[]":
      return `translate(${text}, '[]', '{}')`;
    default:
      return text;
  }
}

/** PostgreSQL writes the era last, `0044-03-15 12:00:00+00 BC`, and DuckDB after the date. `text`: that of a time from `first` on. */
function withEra(value: string, { first, text }: { readonly first: string; readonly text: string }): string {
  const own = `cast(${value} as varchar)`;
  return `case when not isfinite(${value}) then ${own} when ${value} >= ${first} then ${text} else replace(${own}, ' (BC)', '') || ' BC' end`;
}
