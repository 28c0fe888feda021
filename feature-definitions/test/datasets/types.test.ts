import { describe, expectTypeOf, test } from "vitest";
import { dataset, type Scalar } from "../../src/index";
import { popular, speeches } from "./fixtures";

const publication = {
  ...({ title: "t", purpose: "p", provenance: ["x"] } as const),
  ...({ licence: "MIT", cadence: "c", contact: "c" } as const),
};

describe("the row of a dataset", () => {
  test("has the source's key and columns, with their types", () => {
    const made = dataset({
      ...publication,
      name: "typed",
      from: speeches,
      columns: (row) => {
        expectTypeOf(row.id).toEqualTypeOf<Scalar<"int64", false, "entity">>();
        expectTypeOf(row.body).toEqualTypeOf<Scalar<"string", true, "entity">>();
        // @ts-expect-error the source has no such column
        void row.bodies;
        return { body: row.body.describe("b"), long: row.words.gt(3), votes: row.votes.int32() };
      },
      clean: { uniqueText: "body" },
      quality: {
        score: (columns) => {
          expectTypeOf(columns.body).toEqualTypeOf<Scalar<"string", true, "entity">>();
          expectTypeOf(columns.votes).toEqualTypeOf<Scalar<"int32", true, "entity">>();
          expectTypeOf(columns.long).toEqualTypeOf<Scalar<"bool", false, "entity">>();
          return columns.votes.float64();
        },
        description: "d",
      },
      exclude: [{ reason: "r", description: "d", when: (row) => row.words.lt(3) }],
      split: { by: "body", train: 100, validation: 0, test: 0 },
    });
    expectTypeOf(made.name).toEqualTypeOf<"typed">();
  });

  test("has the service's features under their views' names", () => {
    dataset({
      ...publication,
      name: "typed",
      from: popular,
      columns: (row) => {
        expectTypeOf(row.song.artist).toEqualTypeOf<Scalar<"string", true, "entity">>();
        expectTypeOf(row.artist_listening.seconds_avg).toEqualTypeOf<Scalar<"float64", false, "entity">>();
        // @ts-expect-error the service does not pick this feature
        void row.listening.last_played;
        return { artist: row.song.artist };
      },
      // @ts-expect-error a condition is bool
      exclude: [{ reason: "r", description: "d", when: (row) => row.song.artist }],
      // @ts-expect-error there is no such column
      clean: { uniqueText: "artists" },
    });
  });

  test("refuses a score that is not float64 and a dataset without a licence", () => {
    dataset({
      ...publication,
      name: "typed",
      from: speeches,
      columns: (row) => ({ words: row.words }),
      // @ts-expect-error a score is float64
      quality: { score: (columns) => columns.words, description: "d" },
    });
    // @ts-expect-error the licence is required
    dataset({
      name: "n",
      title: "t",
      purpose: "p",
      provenance: [],
      cadence: "c",
      contact: "c",
      from: speeches,
      columns: () => ({}),
    });
  });
});
