import type { Promotion } from "../../stores/registry";

/** A promotion as `--json` prints it. */
export function promotionDocument(name: string, promotion: Promotion) {
  return {
    name,
    promoted: promotion.promoted,
    before: promotion.before,
    next: promotion.next,
    gave_up: promotion.gaveUp,
    revision: promotion.revision,
  };
}

export function promotionText(name: string, { revision, promoted, before, next, gaveUp }: Promotion): string {
  const lines: string[] = [];
  if (revision === null) lines.push(`"${name}" means version ${next ?? promoted} already. Nothing was changed.`);
  else if (promoted !== before) lines.push(`"${name}" now means version ${promoted}; it meant version ${before}.`);
  else if (next === null) lines.push(`"${name}" goes on meaning version ${promoted}.`);
  if (next !== null)
    lines.push(
      `Version ${next} cannot be read yet: it takes over from version ${promoted} with its first materialization.`,
    );
  if (gaveUp !== null) lines.push(`Version ${gaveUp}, which waited to take over, no longer does.`);
  return lines.join("\n");
}
