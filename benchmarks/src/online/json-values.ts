/** Splits a JSON array into the texts of its elements: parsing and serializing could change a digit. */
export function elementTexts(array: string): readonly string[] {
  const texts: string[] = [];
  let depth = 0;
  let inString = false;
  let start = 1;
  for (let at = 0; at < array.length; at++) {
    const character = array[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    const isEnd = depth === 0;
    if (!inString && (isEnd || (depth === 1 && character === ","))) {
      const text = array.slice(start, at).trim();
      if (text !== "" || !isEnd) texts.push(text);
      start = at + 1;
    }
  }
  return texts;
}
