/** An accepted value and its quality (q), 0 to 1; 0 excludes the value. */
export interface Preference {
  readonly name: string;
  readonly quality: number;
}

/** Parses an `Accept` or `Accept-Encoding` header: lower case, no parameters except the quality. */
export function preferencesIn(header: string): readonly Preference[] {
  return header.split(",").flatMap((part) => {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (name === "") return [];
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, "");
    return [{ name, quality: weight === undefined ? 1 : qualityOf(weight) }];
  });
}

/** An invalid quality counts as 0, so that no client gets what a malformed header may have excluded. */
function qualityOf(text: string): number {
  return /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
