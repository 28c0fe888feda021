import { AS_OF, type ComputedFeature, INPUT } from "@featstore/definitions/compiler";
import { expressionText } from "./expression-text";

/**
 * Formats a computed feature in the language of definitions.
 *
 * @example "inputs.today.year().minus(features.speech_profile.year)"
 */
export function computedText({ expression }: Pick<ComputedFeature, "expression">): string {
  return expressionText(expression, undefined, columnText);
}

function columnText(name: string): string {
  if (name === AS_OF) return "asOf";
  return name.startsWith(`${INPUT}.`) ? `inputs${name.slice(INPUT.length)}` : `features.${name}`;
}
