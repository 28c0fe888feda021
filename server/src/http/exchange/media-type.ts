/** A parsed media type, such as `text/csv; charset=utf-8`. */
export interface MediaType {
  /** In lower case; empty if the header is absent. */
  readonly name: string;
  /** In lower case, by lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*([^\s;=]+)\s*=\s*(?:"([^"]*)"|([^\s;]*))/g;

export function mediaTypeIn(header: string | undefined): MediaType {
  const text = (header ?? "").toLowerCase();
  const parameters = [...text.matchAll(PARAMETER)].map(
    ([, name = "", quoted, plain = ""]) => [name, quoted ?? plain] as const,
  );
  return { name: text.split(";", 1)[0]?.trim() ?? "", parameters: new Map(parameters) };
}
