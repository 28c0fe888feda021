import { CommandProblem } from "./command-problem";

/**
 * An id of the command line as a request's body has it: of a composite key its parts, percent-encoded with commas between.
 *
 * @throws CommandProblem `id_invalid`
 */
export function idOf(key: readonly { readonly name: string }[], text: string): string | Record<string, string> {
  if (key.length === 1) return text;
  const parts = text.split(",");
  if (parts.length !== key.length)
    throw new CommandProblem({
      code: "id_invalid",
      what: `"${text}" has ${parts.length} parts; the key has ${key.length}: ${key.map(({ name }) => name).join(",")}`,
    });
  return Object.fromEntries(key.map(({ name }, index) => [name, decodedPart(parts[index] ?? "")]));
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new CommandProblem({
      code: "id_invalid",
      what: `a percent sign in "${part}" encodes nothing`,
      advice: "write %25 for a percent sign and %2C for a comma",
    });
  }
}
