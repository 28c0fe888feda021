import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
/** Installed or built folders, and folders that are filled at run time. */
const LEFT_OUT = new Set(["node_modules", "dist", ".git", ".featstore", "templates", "packages", "golden"]);

function pagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : pagesIn(path);
    return /^llms\.txt$|\.md$/.test(entry.name) ? [path] : [];
  });
}

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1`*$/gm, "").replaceAll(/<!--[\s\S]*?-->/g, "");

/** The anchors that GitHub generates for headings: the second of a name gets `-1`. */
function anchorsOf(path: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const headings = withoutCode(readFileSync(path, "utf8")).matchAll(/^#{1,6} +(.+?) *#*$/gm);
  const anchors = [...headings].map(([, heading = ""]) => {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const before = counts.get(anchor) ?? 0;
    counts.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

function brokenLinksOf(page: string): readonly string[] {
  const text = withoutCode(readFileSync(page, "utf8")).replaceAll(/`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : resolve(dirname(page), decodeURIComponent(path));
    const isBroken =
      !existsSync(file) ||
      (anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).has(decodeURIComponent(anchor)));
    return isBroken ? [`${relative(root, page)}: ${target}`] : [];
  });
}

test("every relative link of a Markdown page leads to a file, and to a heading in it", () => {
  const pages = pagesIn(root);
  expect(pages.length).toBeGreaterThan(50);
  expect(pages.flatMap(brokenLinksOf)).toEqual([]);
});
