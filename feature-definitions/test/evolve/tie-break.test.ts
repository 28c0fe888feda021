import { expect, test } from "vitest";
import { compareViews } from "../../src/compiler";
import { count, entity, featureView, int32, int64, latest, source, string } from "../../src/index";

function viewOver(columns: object) {
  const plays = source({
    name: "plays",
    table: "plays",
    key: { song_id: int64() },
    eventTime: "played_at",
    tieBreak: ["m", "id"],
    history: "events",
    columns: { x: int32(), ...columns },
  });
  return featureView({
    name: "plays",
    version: 1,
    entity: entity({ name: "song", key: { song_id: int64() } }),
    from: plays,
    features: (p) => ({ plays: count(), x: latest(p.x) }),
  }).ir;
}

test("declaring a tie-break column as text needs a new version, because texts then sort by code point", () => {
  expect(compareViews(viewOver({}), viewOver({ m: string() }))).toMatchObject({
    class: "recompute",
    needsVersion: true,
  });
  expect(compareViews(viewOver({ m: string() }), viewOver({}))).toMatchObject({
    class: "recompute",
    needsVersion: true,
  });
});

test("declaring a number that breaks ties, or how a text is named or may be null, stays metadata", () => {
  expect(compareViews(viewOver({}), viewOver({ id: int64() }))).toMatchObject({
    class: "metadata",
    needsVersion: false,
  });
  expect(compareViews(viewOver({ m: string() }), viewOver({ mark: string().from("m").nullable() }))).toMatchObject({
    class: "metadata",
    needsVersion: false,
  });
});
