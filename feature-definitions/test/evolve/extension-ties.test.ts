import { expect, test } from "vitest";
import { compareViews } from "../../src/compiler";
import { count, entity, featureView, int64, latest, source, string } from "../../src/index";

const shared = { eventTime: "at", history: "current" } as const;
const plays = source({
  ...{ name: "plays", table: "plays", key: { play_id: int64() }, eventTime: "played_at", tieBreak: "play_id" },
  ...{ history: "events", columns: { code: string() } },
});

/** A view that reads `artist` of songs, which have several rows per code. */
function viewOf(columns: readonly ("artist" | "label")[], more: { readonly tieBreak?: string } = {}) {
  const songs = source({
    ...{ name: "songs", table: "songs", key: { song_id: int64() }, ...shared, ...more },
    columns: { code: string(), artist: string(), label: string() },
  }).keyedBy("code");
  return featureView({
    ...{ name: "plays", version: 1, entity: entity({ name: "play", key: { play_id: int64() } }) },
    from: plays.extend(songs, { by: "code", columns: [...columns] as ["artist"] }),
    features: (p) => ({ plays: count(), artist: latest(p.artist) }),
  }).ir;
}

test("the taken columns are meaning, in order, if they decide which of several rows of a key counts", () => {
  for (const changed of [viewOf(["label", "artist"]), viewOf(["artist"])])
    expect(compareViews(viewOf(["artist", "label"]), changed)).toMatchObject({
      class: "recompute",
      needsVersion: true,
    });
});

test("their order is metadata if a tie-break decides", () => {
  const of = (...columns: readonly ("artist" | "label")[]) => viewOf(columns, { tieBreak: "song_id" });
  expect(compareViews(of("artist", "label"), of("label", "artist"))).toMatchObject({
    class: "metadata",
    needsVersion: false,
  });
});
