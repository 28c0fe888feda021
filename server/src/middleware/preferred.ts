/** What a client would take, and how gladly: 0 is refused, 1 is liked best. */
export interface Preference {
  readonly name: string;
  readonly quality: number;
}

/** The parts of an `Accept` or `Accept-Encoding` header, in lower case and without parameters but their quality. */
export function preferencesIn(header: string): readonly Preference[] {
  return header.split(",").flatMap((part) => {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (name === "") return [];
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, "");
    return [{ name, quality: weight === undefined ? 1 : qualityOf(weight) }];
  });
}

/** A weight that is none counts as 0, so that nobody is given what a broken header may have refused. */
function qualityOf(text: string): number {
  return /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
