import fc from "fast-check";
import { expect, test } from "vitest";
import { buildReference } from "../../src/reference/build-reference";
import { headingSlugs } from "../../src/reference/markdown-links";
import { code, codeBlock, escapeText } from "../../src/reference/markdown-text";
import type { ReferenceSubject, SubjectView } from "../../src/reference/reference-subject";
import { renderMarkdown } from "../../src/reference/render-markdown";
import { subject } from "./fixture";

const hostile =
  "a|b `c` ``` <script>alert(1)</script> & [x](javascript:1) *y* __z__ \\| $e$ --> \r\n# h\n\n| t |\n\u0000\u001b[31m~~~";

/** The fixture with a text in every field that a person may write. */
function written(text: string): ReferenceSubject {
  const [profile] = subject.featureViews.values();
  const promoted = profile?.versions.get(2);
  if (promoted === undefined) throw new Error("the fixture has a second version");
  const { view } = promoted;
  const [first] = view.features;
  if (first === undefined) throw new Error("expected a view with features");
  const nasty: SubjectView = {
    ...promoted,
    sql: `select 1 -- ${text}`,
    parameters: [text, null],
    view: {
      ...view,
      name: text,
      description: text,
      owner: text,
      tags: [text],
      entity: { ...view.entity, name: text, description: text, key: [{ name: text, type: "string" }] },
      source: {
        ...view.source,
        name: text,
        relation: { kind: "query", text },
        tieBreak: [text],
        columns: view.source.columns.map((column) => ({ ...column, column: text })),
      },
      features: [
        ...view.features,
        {
          ...first,
          name: text,
          contract: {
            ...first.contract,
            description: text,
            unit: text,
            owner: text,
            allowedValues: [text],
            tags: [text],
          },
        },
      ],
    },
  };
  const service = {
    kind: "feature_service",
    irVersion: 1,
    name: text,
    version: 1,
    entity: text,
    features: [{ view: text, version: 2, feature: text }],
    description: text,
    owner: text,
    tags: [text],
  } as const;
  return {
    entities: new Map([[text, nasty.view.entity]]),
    featureViews: new Map([[text, { promoted: 2, next: null, versions: new Map([[2, nasty]]) }]]),
    featureServices: new Map([
      [text, { promoted: 1, next: null, versions: new Map([[1, { service, appliedAt: null }]]) }],
    ]),
    history: [
      {
        revision: 1,
        at: 0n,
        kind: "apply",
        actor: text,
        databaseRole: text,
        message: text,
        changes: [{ definition: "feature_view", name: text, version: 2, successor: text }],
      },
    ],
  };
}

/** The lines outside code blocks; every block must be closed. */
function prose(markdown: string): string[] {
  let fence: string | undefined;
  const lines = markdown.split("\n").filter((line) => {
    if (fence === undefined) {
      fence = /^(`{3,})[a-z]*$/.exec(line)?.[1];
      return fence === undefined;
    }
    if (line.trim() === fence) fence = undefined;
    return false;
  });
  expect(fence).toBeUndefined();
  return lines;
}

function expectWhole(markdown: string): void {
  const lines = prose(markdown);
  let columns = 0;
  for (const line of lines) {
    // Every row of a table has as many cells as its header: no text ends a cell or a row.
    const cells = line.startsWith("|") ? line.split("|").length : 0;
    if (columns > 0 && cells > 0) expect(cells, line).toBe(columns);
    columns = cells;
    expect(line).not.toMatch(/<(?!!--|\/?(?:details|summary|code)>)/);
    expect(line).toMatch(/^(?:\||- |#{1,4} |<|$|[^#\s])/);
    expect(line).not.toMatch(/\p{Cc}/u);
  }
  const headings = lines.filter((line) => /^#{1,4} /.test(line));
  expect(headings.filter((line) => /^### /.test(line))).toHaveLength(3);
  expect(headings.filter((line) => /^## /.test(line))).toEqual([
    "## Entities",
    "## Feature views",
    "## Feature services",
    "## Embedding spaces",
  ]);
}

test("escapes the marks of Markdown and HTML in texts", () => {
  const markdown = renderMarkdown(buildReference(written(hostile)), { withSql: true });
  expectWhole(markdown);
  expect(prose(markdown).join("\n")).not.toContain("<script");
  expect(prose(markdown).join("\n")).not.toMatch(/(?<!\\)\]\(javascript:/);
});

test("keeps tables, headings and blocks intact, whatever the texts are", () => {
  const mark = fc.constantFrom(
    "|",
    "`",
    "\\",
    "\n",
    "\r",
    "<",
    ">",
    "#",
    "-",
    "*",
    "_",
    "[",
    "](",
    "~",
    " ",
    "a",
    "é",
    "😀",
    "\u2028",
  );
  const text = fc.array(mark, { minLength: 1, maxLength: 24 }).map((parts) => `n${parts.join("")}`);
  fc.assert(
    fc.property(text, (each) => expectWhole(renderMarkdown(buildReference(written(each)), { withSql: true }))),
    { numRuns: 100 },
  );
});

test.each([
  ["a|b", "a&#124;b"],
  ["# no heading", "\\# no heading"],
  ["1. no list", "1\\. no list"],
  ["- no list", "\\- no list"],
  ["<b> & co", "&#60;b&#62; &#38; co"],
  ["snake_case and _this_", "snake_case and \\_this\\_"],
  ["two\n\nparagraphs", "two paragraphs"],
])("writes the text %j as %j", (text, expected) => {
  expect(escapeText(text)).toBe(expected);
});

test.each([
  ["plain_name", "`plain_name`"],
  ["<b>", "<code>&#60;b&#62;</code>"],
  ["a`b", "<code>a&#96;b</code>"],
  ["a|b", "<code>a&#124;b</code>"],
  ["", "<code></code>"],
])("writes the name %j as %j", (text, expected) => {
  expect(code(text)).toBe(expected);
});

test("makes a block's fence longer than any fence in its text", () => {
  expect(codeBlock("sql", "a\n````\nb\n")).toBe("`````sql\na\n````\nb\n`````");
});

test("generates GitHub's anchors, and numbers those of equal headings", () => {
  const slugs = headingSlugs([
    ["a", "Feature views"],
    ["b", "lyric_sentiment.mood"],
    ["c", "track"],
    ["d", "track"],
    ["e", "Track 1"],
    ["f", "track"],
    ["g", "a|b `c` <d>"],
  ]);
  expect([...slugs.values()]).toEqual([
    "feature-views",
    "lyric_sentimentmood",
    "track",
    "track-1",
    "track-1-1",
    "track-2",
    "ab-c-d",
  ]);
});

test("every link of the page leads to one of its headings", () => {
  const markdown = renderMarkdown(buildReference(subject), { withSql: true });
  const texts = prose(markdown).flatMap((line) => /^#{1,4} (.*)$/.exec(line)?.[1]?.replaceAll("`", "") ?? []);
  const slugs = new Set(headingSlugs(texts.map((text, index) => [String(index), text] as const)).values());
  const targets = [...markdown.matchAll(/\]\(#([^)]*)\)/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(10);
  expect(targets.filter((target) => !slugs.has(target ?? ""))).toEqual([]);
});
