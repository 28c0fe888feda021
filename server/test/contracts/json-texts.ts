import { eachElement, eachMember } from "../../src/core/json-text";

/** A JSON text that stands for a value in a tree of values, for what `JSON.stringify` cannot write. */
export class Verbatim {
  constructor(readonly text: string) {}
}

/** Writes a tree of values with verbatim parts as JSON. */
export function jsonText(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${membersOf(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`)
    .join(",")}}`;
}

export function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** Returns the paths of objects in a valid JSON text that have a member twice. */
export function repeatedMembers(text: string, path = ""): readonly string[] {
  const trimmed = text.trim();
  const found: string[] = [];
  if (trimmed.startsWith("{")) {
    const names = new Set<string>();
    eachMember(trimmed, (name, { text: member }) => {
      if (names.has(name)) found.push(`${path}.${name}`);
      names.add(name);
      found.push(...repeatedMembers(member, `${path}.${name}`));
    });
  } else if (trimmed.startsWith("[")) {
    eachElement(trimmed, (element, index) => void found.push(...repeatedMembers(element, `${path}[${index}]`)));
  }
  return found;
}
