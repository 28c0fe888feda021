/** Cuts a long text, so that a name repeated in labels does not fill the page. */
export function shortText(text: string, max = 48): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}
