import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { cardFiles } from "../../../src/datasets/card/card-files";
import type { SnapshotManifest } from "../../../src/datasets/dataset-types";
import { manifest, manifestWithTexts } from "./manifest-fixture";

const FRAGMENTS = [
  ..."\\`*_{}[]<>#+-.!|~&$=:;'\"@%^()0\n\r\t \u2028\u0000\ud800\u202e",
  "---\n",
  "...\n",
  "\n\n",
  "```\n",
  "~~~",
  "\n# x",
  "\n- x",
  "1. x",
  "12) x",
  "===",
  "<script>",
  "<!--",
  "]]>",
  "](javascript:x)",
  "![x](y)",
  "[^1]: x",
  "&lt;",
  "\\end{x}",
  "}\n@book{x,",
  ": - ",
  "? x",
  "!!js/function",
  "&a *a",
  "    code",
  "word_with_underscores",
  "É 𝄞",
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: "binary", maxLength: 6 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => `x${parts.join("")}x`);
/** Also texts that begin and end with a mark, but have something to show. */
const bareText = fc
  .tuple(fc.constantFrom(...FRAGMENTS), fc.constantFrom(...FRAGMENTS))
  .map(([first, last]) => `${first}x${last}`);

function file(of: SnapshotManifest, path: string): string {
  return cardFiles({ manifest: of, licenceTexts: new Map() }).find((each) => each.path === path)?.text ?? "";
}

/** The parts of a card: what its front matter says, and its body as HTML. */
function read(of: SnapshotManifest): { meta: Record<string, unknown>; html: string } {
  const [, yaml = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file(of, "README.md")) ?? [];
  return { meta: parse(yaml), html: micromark(body, { extensions: [gfm()], htmlExtensions: [gfmHtml()] }) };
}

/** The elements without their texts. Paragraphs are left out, because authors may write several; so are links. */
function elements(html: string): string {
  return [...html.matchAll(/<\/?([a-z0-9]+)[^>]*>/g)]
    .map(([tag, name]) => (name === "p" || name === "a" || name === "code" ? "" : tag))
    .join("");
}

const hrefs = (html: string): string[] => [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, href = ""]) => href);

const metaKeys = Object.keys(read(manifest).meta).sort();
const expected = elements(read(manifestWithTexts(() => "plain")).html);

test.each([
  ["anywhere", hostileText],
  ["at the ends", bareText],
])("authors' texts do not change the structure of the card: marks %s", (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (text) => {
      const { meta, html } = read(manifestWithTexts(() => text));
      expect(elements(html)).toBe(expected);
      expect(hrefs(html).filter((href) => !/^(?:https?:|mailto:)/.test(href))).toEqual([]);
      expect(Object.keys(meta).sort()).toEqual(metaKeys);
      expect(String(meta.pretty_name)).not.toMatch(/\n/);
    }),
  );
});

test("a citation parses back to the authors' words, in one line each", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const parsed = parse(
        file(
          manifestWithTexts(() => text),
          "CITATION.cff",
        ),
      );
      expect(Object.keys(parsed).sort()).toEqual(Object.keys(parse(file(manifest, "CITATION.cff"))).sort());
      const { title } = parsed;
      const visible = (value: string): string => value.replaceAll(/[\s\p{C}\ufffd]/gu, "");
      expect(visible(title)).toBe(visible(text));
      expect(parsed.authors).toEqual([{ name: title }, { name: title }]);
    }),
  );
});

test("the entry for BibTeX has balanced braces and its own fields only", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const card = file(
        manifestWithTexts(() => text),
        "README.md",
      );
      const [, entry = ""] = /```bibtex\n([\s\S]*?)\n```/.exec(card) ?? [];
      const lines = entry.split("\n");
      expect(lines.map((line) => line.split(" = ")[0])).toEqual([
        "@misc{addresses_1_1_0,",
        "  title",
        "  author",
        "  version",
        "  note",
        "}",
      ]);
      for (const line of lines.slice(1, -1)) {
        let depth = 0;
        for (const character of line.slice(line.indexOf("{"), -1)) {
          depth += character === "{" ? 1 : character === "}" ? -1 : 0;
          expect(depth).toBeGreaterThanOrEqual(0);
        }
        expect(depth).toBe(0);
      }
    }),
  );
});

test("an address that is none of the web is not a link", () => {
  const { html } = read(manifestWithTexts((at) => (at === "url" ? "javascript:alert(1)" : "x")));
  expect(hrefs(html)).toEqual([]);
});
