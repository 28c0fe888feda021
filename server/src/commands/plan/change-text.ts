const SHOWN_BEFORE = 24;
const SHOWN = 72;

/** ` before → after`, long ones cut to what stands around their first difference; `""` where there is neither. */
export function changeText(before: string | null, after: string | null): string {
  const only = before ?? after;
  if (only === null) return "";
  if (before === null || after === null) return ` ${around(only, 0)}`;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return ` ${around(before, same)} → ${around(after, same)}`;
}

/** A text whole if it is short, else what stands around a position. */
function around(text: string, position: number): string {
  if (text.length <= SHOWN) return text;
  const from = Math.max(0, Math.min(position - SHOWN_BEFORE, text.length - SHOWN));
  const end = from + SHOWN;
  return `${from > 0 ? "…" : ""}${text.slice(from, end)}${end < text.length ? "…" : ""}`;
}
