import type { Promotion } from "../../registry/index";

/** Maps a promotion to its JSON document. */
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
  if (revision === null) lines.push(`"${name}" already points to version ${next ?? promoted}. Nothing was changed.`);
  else if (promoted !== before)
    lines.push(`"${name}" now points to version ${promoted}; before, it pointed to version ${before}.`);
  else if (next === null) lines.push(`"${name}" still points to version ${promoted}.`);
  if (next !== null)
    lines.push(
      `Version ${next} cannot be read yet: it takes over from version ${promoted} with its first materialization.`,
    );
  if (gaveUp !== null) lines.push(`Version ${gaveUp} no longer waits to take over.`);
  return lines.join("\n");
}
