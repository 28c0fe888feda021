/**
 * Splits a list of one dimension as PostgreSQL prints arrays (`{a,"b, c",NULL}`) or vectors (`[1,2]`) or as JSON (`["a",null]`)
 * into the texts of its items; undefined if the text is no such list.
 */
export function listItems(text: string): readonly (string | null)[] | undefined {
  if (text.startsWith("[") && text.endsWith("]")) return bracketItems(text);
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  if (text === "{}") return [];
  const isPlain = !text.includes('"') && !text.includes("\\");
  if (isPlain) {
    const inner = text.slice(1, -1);
    if (inner.includes("{")) return undefined;
    return inner.split(",").map((item) => (/^null$/i.test(item) ? null : item));
  }
  return quotedItems(text);
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function bracketItems(text: string): readonly (string | null)[] | undefined {
  if (text === "[]") return [];
  // A vector has plain numbers, for which JSON would cost more, and their zero may be negative.
  if (!text.includes('"') && !/[a-df-z[\]{]/.test(text.slice(1, -1))) return text.slice(1, -1).split(",");
  try {
    const items: unknown = JSON.parse(text);
    if (!Array.isArray(items)) return undefined;
    const texts = items.map((item: unknown) =>
      item === null || typeof item === "string" ? item : typeof item === "number" ? String(item) : undefined,
    );
    return texts.includes(undefined) ||
      texts.some((item) => item !== null && item !== undefined && loneSurrogate.test(item))
      ? undefined
      : (texts as (string | null)[]);
  } catch {
    return undefined;
  }
}

/** Items of which some are quoted: `"a \"b\", c"`. */
function quotedItems(text: string): readonly (string | null)[] | undefined {
  const items: (string | null)[] = [];
  const item = /"((?:[^"\\]|\\[\s\S])*)"|((?:[^"\\,{}]|\\[\s\S])+)/y;
  for (let at = 1; ; ) {
    item.lastIndex = at;
    const match = item.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain] = match;
    if (quoted === undefined && plain !== undefined && /^null$/i.test(plain)) items.push(null);
    else items.push((quoted ?? plain ?? "").replace(/\\([\s\S])/g, "$1"));
    at = item.lastIndex + 1;
    if (text[at - 1] === "}") return at === text.length ? items : undefined;
    if (text[at - 1] !== ",") return undefined;
  }
}
