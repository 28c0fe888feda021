import { keyText } from "../../services/key-text";

/** What casts lost, as reports tell it. */
export function unparsedText(rows: number, examples: readonly Readonly<Record<string, string | number>>[]): string {
  const lost = rows === 1 ? "1 value did not parse and is null" : `${rows} values did not parse and are null`;
  return `${lost}, of ${examples.map(keyText).join("; ")}`;
}
