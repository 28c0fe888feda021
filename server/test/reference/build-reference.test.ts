import { expect, test } from "vitest";
import { buildReference } from "../../src/reference/build-reference";
import { subjectOfDefinitions } from "../../src/reference/reference-subject";
import { renderJson } from "../../src/reference/render-json";
import { renderMarkdown } from "../../src/reference/render-markdown";
import { subject } from "./fixture";

test("renders the documents of a registry with versions, history and a service that pins the old version", async () => {
  const document = buildReference(subject);
  await expect(renderJson(document)).toMatchFileSnapshot("golden/reference.json");
  await expect(renderMarkdown(document, { withSql: true })).toMatchFileSnapshot("golden/reference.md");
});

test("renders the same bytes for the same registry in another order", () => {
  const reversed = {
    ...subject,
    entities: new Map([...subject.entities].reverse()),
    featureViews: new Map(
      [...subject.featureViews].map(([name, { versions, ...rest }]) => [
        name,
        {
          ...rest,
          versions: new Map(
            [...versions].reverse().map(([version, registered]) => {
              const { features, tags, ...view } = registered.view;
              const reordered = { ...view, features: [...features].reverse(), tags: [...tags].reverse() };
              return [version, { ...registered, view: reordered }];
            }),
          ),
        },
      ]),
    ),
    featureServices: new Map(
      [...subject.featureServices].map(([name, { versions, ...rest }]) => [
        name,
        { ...rest, versions: new Map([...versions].reverse()) },
      ]),
    ),
  };
  expect(renderJson(buildReference(reversed))).toBe(renderJson(buildReference(subject)));
});

test("shows the lineage: columns that a feature reads, columns that select rows, and services with pinned versions", () => {
  const [profile] = buildReference(subject).feature_views;
  expect(profile?.features.find(({ name }) => name === "title")).toMatchObject({
    columns: ["title"],
    services: [
      { name: "shelf", version: 1, view_version: 1 },
      { name: "shelf", version: 2, view_version: 2 },
    ],
  });
  expect(profile?.columns).toMatchObject([
    { name: "sound", column: "sound", filters: false, features: ["sound"] },
    { name: "title", column: "Title", static: true, filters: true, features: ["kind", "title"] },
  ]);
});

test("shows a named version with its own definition and its services", () => {
  const { feature_views } = buildReference(subject, ["profile@1"]);
  expect(feature_views).toMatchObject([{ version: 1, promoted: 2, state: "deprecated", sql: "select 1" }]);
  expect(feature_views[0]?.features.map(({ name }) => name)).toEqual(["kind", "old", "title"]);
  expect(feature_views[0]?.services).toEqual(["shelf@1", "shelf@2"]);
});

test.each([
  [["profle"], "feature_view_not_found", '"profile"'],
  [["profile@3"], "feature_view_version_not_found", "1, 2"],
  [["profile@x"], "feature_view_version_not_found", '"x"'],
  [["profile@"], "feature_view_version_not_found", '""'],
  [["profile", "profile@1"], "invalid_selection", "version 2"],
])("refuses %j with %s", (references, code, words) => {
  expect(() => buildReference(subject, references)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) }),
  );
});

test("renders an empty registry", () => {
  const nothing = buildReference(subjectOfDefinitions({ featureViews: [], featureServices: [] }));
  expect(nothing).toEqual({
    format_version: 1,
    entities: [],
    feature_views: [],
    feature_services: [],
    embedding_spaces: [],
  });
  expect(renderMarkdown(nothing)).toMatch(/^# Feature reference\n\n<!-- .* -->\n\n.*featstore apply.*\n$/);
});

test("renders definitions alone: the newest version is the promoted one, and nothing was applied", () => {
  const views = [...(subject.featureViews.get("profile")?.versions.values() ?? [])].map(({ view }) => view);
  const document = buildReference(subjectOfDefinitions({ featureViews: views, featureServices: [] }));
  expect(document.feature_views).toMatchObject([
    {
      name: "profile",
      version: 2,
      promoted: 2,
      versions: [{ version: 2, applied_at: null }, { version: 1 }],
      history: [],
    },
  ]);
});
