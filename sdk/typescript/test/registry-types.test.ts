import { describe, expectTypeOf, test } from "vitest";
import type {
  Client,
  Embedding,
  EmbeddingBatch,
  EmbeddingFilter,
  FeatureBatch,
  RegistryTypes,
  Values,
} from "../src/index";
import type { ListeningV2, Registry, TunerServiceV1 } from "./golden/featstore-types";
import { type listening, sounds, type tuner } from "./support/listening";

// Nothing here runs: the compiler is the test. `Registry` is what `featstore types` writes.

type Typed = Client<Registry>;
type CompleteFeatures<Call extends (client: Typed) => Promise<unknown>> =
  Extract<Awaited<ReturnType<Call>>, { status: "complete" }> extends { features: infer F } ? F : never;

/** A row read by name: int64 is text. */
type NamedListening = Omit<ListeningV2, "serial"> & { readonly serial: string | null };

describe("with the types of `featstore types`, names are typed", () => {
  test("types views with and without a version", () => {
    const call = (client: Typed) => client.features.get(7, { features: ["listening", "traffic@1"] });
    type Row = CompleteFeatures<typeof call>;
    expectTypeOf<keyof Row>().toEqualTypeOf<"listening" | "traffic@1">();
    expectTypeOf<Row["listening"]["serial"]>().toEqualTypeOf<NamedListening["serial"]>();
    expectTypeOf<Row["listening"]["player"]>().toEqualTypeOf<"web" | "phone" | null>();
    expectTypeOf<Row["traffic@1"]["stops_1d"]>().toEqualTypeOf<number>();
  });

  test("types single features, merged by view", () => {
    const call = (client: Typed) =>
      client.features.get(7, { features: ["listening.serial", "listening.plays_7d", "sounds.sound"] });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<{
      readonly listening: { readonly serial: string | null; readonly plays_7d: number };
      readonly sounds: { readonly sound: readonly number[] | null };
    }>();
  });

  test("types services with computed features and inputs", () => {
    const call = (client: Typed) => client.features.get(7, { service: "tuner", inputs: { later: 7n } });
    type Row = CompleteFeatures<typeof call>;
    expectTypeOf<keyof Row>().toEqualTypeOf<keyof TunerServiceV1>();
    expectTypeOf<Row["computed"]>().toEqualTypeOf<{ readonly next: string | null; readonly likeness: number }>();
    const batch = (client: Typed) => client.features.getBatch({ ids: [7], service: "radio@3" });
    expectTypeOf<Awaited<ReturnType<typeof batch>>["rows"][number]["features"]["sounds"]["seconds"]>().toEqualTypeOf<
      number | null
    >();
  });

  test("types streams and hits of a search", () => {
    const use = async (client: Typed) => {
      for await (const { features } of client.features.stream([7], { features: ["listening.player"] }))
        expectTypeOf(features.listening.player).toEqualTypeOf<"web" | "phone" | null>();
      const found = await client.embeddings.search({ embedding: "sounds.sound", id: 7, features: ["sounds.seconds"] });
      expectTypeOf(found.features?.rows[0]?.features.sounds.seconds).toEqualTypeOf<number | null | undefined>();
      const { embeddings } = await client.embeddings.get(7);
      expectTypeOf(embeddings).toEqualTypeOf<Readonly<Record<string, Embedding>>>();
    };
    expectTypeOf(use).toBeFunction();
  });

  test("types the vectors of embeddings by their literal names", () => {
    const use = async (client: Typed, name: "sounds.sound" | "sounds@1.sound") => {
      const one = await client.embeddings.get(7, { embedding: "sounds@1.sound" });
      expectTypeOf(one.embeddings).toEqualTypeOf<Readonly<Record<"sounds@1.sound", Embedding>>>();
      const { rows, spaces } = await client.embeddings.getBatch({ ids: [7], embedding: ["sounds.sound"] });
      expectTypeOf(rows[0]?.vectors).toEqualTypeOf<Readonly<Record<"sounds.sound", Float32Array | null>> | undefined>();
      expectTypeOf(spaces["sounds.sound"].space).toEqualTypeOf<string>();
      expectTypeOf((await client.embeddings.get(7, { embedding: name })).embeddings).toEqualTypeOf<
        Readonly<Record<string, Embedding>>
      >();
      expectTypeOf((await client.embeddings.get(7, { embedding: sounds.pick("sound") })).embeddings).toEqualTypeOf<
        Readonly<Record<string, Embedding>>
      >();
      await client.embeddings.search({
        embedding: sounds.pick("sound"),
        idEmbedding: "sounds.sound",
        id: 7,
        filter: { and: [{ feature: "listening.player", op: "eq", value: "web" }] },
      });
    };
    expectTypeOf(use).toBeFunction();
  });

  test("embeddings that the registry does not have are compile errors", () => {
    const use = (client: Typed) => [
      // @ts-expect-error an embedding that does not exist, or was renamed
      client.embeddings.get(7, { embedding: "sounds.noise" }),
      // @ts-expect-error a feature that is no embedding
      client.embeddings.get(7, { embedding: "sounds.seconds" }),
      // @ts-expect-error a JSON value is no embedding
      client.embeddings.getBatch({ ids: [7], embedding: "listening.raw" }),
      // @ts-expect-error one of several that does not exist
      client.embeddings.getBatch({ ids: [7], embedding: ["sounds.sound", "sounds.noise"] }),
      // @ts-expect-error a view is no embedding
      client.embeddings.search({ embedding: "sounds", id: 7 }),
      // @ts-expect-error another embedding that does not exist
      client.embeddings.search({ embedding: "sounds.sound", id: 7, idEmbedding: "sounds.noise" }),
      client.embeddings.search({
        embedding: "sounds.sound",
        id: 7,
        // @ts-expect-error a filter by a feature that does not exist, or was renamed
        filter: { not: { feature: "listening.playr", op: "is_null" } },
      }),
    ];
    expectTypeOf(use).toBeFunction();
  });

  test("names that the registry does not have are compile errors", () => {
    const use = (client: Typed) => [
      // @ts-expect-error a view that does not exist, or was renamed
      client.features.get(7, { features: ["listenings"] }),
      // @ts-expect-error a feature that does not exist, or was renamed
      client.features.get(7, { features: ["listening.plays_8d"] }),
      // @ts-expect-error a version that cannot be read
      client.features.getBatch({ ids: [7], features: ["listening@1"] }),
      // @ts-expect-error a service that does not exist
      client.features.get(7, { service: "radios" }),
      // @ts-expect-error a service without an input that it needs
      client.features.get(7, { service: "tuner" }),
      // @ts-expect-error an input of another type
      client.features.getBatch({ ids: [7], service: "tuner", inputs: { later: "7" } }),
      // @ts-expect-error a name of unknown value
      client.features.get(7, { features: [String("listening")] }),
    ];
    expectTypeOf(use).toBeFunction();
  });
});

test("a registry can be written by hand, from imported types", () => {
  interface Own extends RegistryTypes {
    readonly views: { readonly listening: typeof listening };
    readonly services: { readonly "tuner@1": typeof tuner };
  }
  const call = (client: Client<Own>) => client.features.getBatch({ ids: [7], features: ["listening.serial"] });
  expectTypeOf<Awaited<ReturnType<typeof call>>>().toEqualTypeOf<
    FeatureBatch<{ readonly listening: { readonly serial: string | null } }>
  >();
});

test("a feature that was renamed breaks the compile of a program that reads it", () => {
  type View<Row> = Omit<typeof listening, "~row"> & { readonly "~row"?: Row };
  interface After extends RegistryTypes {
    readonly views: { readonly listening: View<{ readonly plays_week: number }> };
    readonly services: Record<never, never>;
  }
  const use = async (client: Client<After>) => {
    const { features } = await client.features.get(7, { features: ["listening"] });
    expectTypeOf(features.listening.plays_week).toEqualTypeOf<number | null>();
    // @ts-expect-error its old name
    features.listening.plays_7d;
    // @ts-expect-error its old name
    await client.features.get(7, { features: ["listening.plays_7d"] });
  };
  expectTypeOf(use).toBeFunction();
});

test("a client without types accepts any embedding, and types the literal name", () => {
  const use = async (client: Client, name: string, filter: EmbeddingFilter) => {
    const { embeddings } = await client.embeddings.get(7, { embedding: "any.thing" });
    expectTypeOf(embeddings["any.thing"].vector).toEqualTypeOf<readonly number[] | null>();
    const batch = await client.embeddings.getBatch({ ids: [7], embedding: [name] });
    expectTypeOf(batch).toEqualTypeOf<EmbeddingBatch>();
    await client.embeddings.search({ embedding: name, id: 7, filter });
  };
  expectTypeOf(use).toBeFunction();
});

test("a client without types accepts any name", () => {
  const use = (client: Client, name: string) => client.features.get(7, { features: [name], service: name });
  expectTypeOf<Extract<Awaited<ReturnType<typeof use>>, { status: "complete" }>["features"]>().toEqualTypeOf<Values>();
});
