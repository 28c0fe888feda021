import { CommandProblem } from "../../core/index";

/**
 * Converts an id of the command line to its form in a request's body. The parts of a composite key are percent-encoded
 * and separated by commas.
 *
 * @throws CommandProblem `id_invalid`
 */
export function idOf(key: readonly { readonly name: string }[], text: string): string | Record<string, string> {
  if (key.length === 1) return text;
  const parts = text.split(",");
  if (parts.length !== key.length)
    throw new CommandProblem({
      code: "id_invalid",
      what: `expected ${key.length} key parts (${key.map(({ name }) => name).join(",")}), got ${parts.length} in "${text}"`,
    });
  return Object.fromEntries(key.map(({ name }, index) => [name, decodedPart(parts[index] ?? "")]));
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new CommandProblem({
      code: "id_invalid",
      what: `invalid percent-encoding in "${part}"`,
      advice: "write %25 for a percent sign and %2C for a comma",
    });
  }
}
