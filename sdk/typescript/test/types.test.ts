import type { RowOf } from "@featstore/definitions";
import { describe, expectTypeOf, test } from "vitest";
import {
  type Client,
  type FeatureBatch,
  type FeatureRow,
  type FeatureViewSummary,
  type Json,
  type ListPromise,
  type Logger,
  namedService,
  namedView,
  type Values,
  type WithResponse,
} from "../src/index";
import { listening, radio, sounds, tuner } from "./support/listening";

type Listening = RowOf<typeof listening>;

/** The type of `features` in the row of a complete answer. Nothing here runs: the compiler is the test. */
type CompleteFeatures<Call extends (client: Client, name: never) => Promise<unknown>> =
  Extract<Awaited<ReturnType<Call>>, { status: "complete" }> extends { features: infer F } ? F : never;

describe("rows are typed by definitions", () => {
  test("types a whole view", () => {
    const call = (client: Client) => client.features.get(7, { features: [listening] });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<{ readonly listening: Listening }>();
    expectTypeOf<Listening["serial"]>().toEqualTypeOf<bigint | null>();
    expectTypeOf<Listening["player"]>().toEqualTypeOf<"web" | "phone" | null>();
  });

  test("types several views and picks, merged by view", () => {
    const call = (client: Client) =>
      client.features.get(7, { features: [listening.pick("serial"), listening.pick("plays_7d"), sounds] });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<{
      readonly listening: { readonly serial: bigint | null; readonly plays_7d: number };
      readonly sounds: RowOf<typeof sounds>;
    }>();
  });

  test("types a service", () => {
    const call = (client: Client) => client.features.get(7, { service: radio });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<RowOf<typeof radio>>();
  });

  test("types a batch", () => {
    const call = (client: Client) => client.features.getBatch({ ids: [7], features: [listening] });
    expectTypeOf<Awaited<ReturnType<typeof call>>>().toEqualTypeOf<FeatureBatch<{ readonly listening: Listening }>>();
  });

  test("types a stream like a batch, and answers with their response", () => {
    const stream = (client: Client) => client.features.stream([7], { features: [listening] });
    expectTypeOf<ReturnType<typeof stream>>().toEqualTypeOf<
      AsyncIterable<FeatureRow<{ readonly listening: Listening }>>
    >();
    const answer = (client: Client) => client.features.getBatch({ ids: [7], service: radio }).withResponse();
    expectTypeOf<Awaited<ReturnType<typeof answer>>>().toEqualTypeOf<WithResponse<FeatureBatch<RowOf<typeof radio>>>>();
    const list = (client: Client) => client.featureViews.list();
    expectTypeOf<ReturnType<typeof list>>().toEqualTypeOf<ListPromise<FeatureViewSummary>>();
    expectTypeOf<ListPromise<string>>().toExtend<Promise<readonly string[]> & AsyncIterable<string>>();
    expectTypeOf<typeof console>().toExtend<Logger>();
  });

  test("with only the type imported, int64 is text and a vector may be absent", () => {
    const view = (client: Client) => client.features.get(7, { features: [namedView<typeof listening>("listening@2")] });
    expectTypeOf<CompleteFeatures<typeof view>["listening"]["serial"]>().toEqualTypeOf<string | null>();
    expectTypeOf<CompleteFeatures<typeof view>["listening"]["player"]>().toEqualTypeOf<"web" | "phone" | null>();
    const vectors = (client: Client) => client.features.get(7, { features: [namedView<typeof sounds>("sounds@1")] });
    expectTypeOf<CompleteFeatures<typeof vectors>["sounds"]["sound"]>().toExtend<
      readonly number[] | null | undefined
    >();
    const service = (client: Client) => client.features.get(7, { service: namedService<typeof radio>("radio@3") });
    expectTypeOf<CompleteFeatures<typeof service>["listening"]["serial"]>().toEqualTypeOf<string | null>();
  });

  test("types a service's computed features and inputs", () => {
    const call = (client: Client) =>
      client.features.get(7, { service: tuner, inputs: { later: 7n, heard: new Float32Array(3) } });
    type Computed = CompleteFeatures<typeof call>["computed"];
    expectTypeOf<Computed>().toEqualTypeOf<{ readonly next: bigint | null; readonly likeness: number }>();
    const batch = (client: Client) =>
      client.features.getBatch({
        ids: [7],
        service: tuner,
        inputs: { mood: "calm" },
        inputsByRow: [{ later: 7n, heard: [1, 2, 3] }],
      });
    expectTypeOf<Awaited<ReturnType<typeof batch>>>().toEqualTypeOf<FeatureBatch<RowOf<typeof tuner>>>();
    const named = (client: Client) =>
      client.features.get(7, { service: namedService<typeof tuner>("tuner@1"), inputs: { later: 7n } });
    expectTypeOf<CompleteFeatures<typeof named>["computed"]["next"]>().toEqualTypeOf<string | null>();
  });

  test("literal names without definitions give JSON values under their names", () => {
    const literal = (client: Client) => client.features.get(7, { features: ["listening", "sounds@1.seconds"] });
    expectTypeOf<CompleteFeatures<typeof literal>>().toEqualTypeOf<{
      readonly listening: Readonly<Record<string, Json>>;
      readonly "sounds@1": { readonly seconds: Json };
    }>();
    const mixed = (client: Client) => client.features.get(7, { features: ["sounds.seconds", listening] });
    expectTypeOf<CompleteFeatures<typeof mixed>>().toEqualTypeOf<{
      readonly sounds: { readonly seconds: Json };
      readonly listening: Listening;
    }>();
  });

  test("other names give JSON values", () => {
    const none = (client: Client) => client.features.get(7);
    expectTypeOf<CompleteFeatures<typeof none>>().toEqualTypeOf<Values>();
    const strings = (client: Client, names: readonly string[]) => client.features.get(7, { features: names });
    expectTypeOf<CompleteFeatures<typeof strings>>().toEqualTypeOf<Values>();
    const either = (client: Client, name: "listening" | "sounds") => client.features.get(7, { features: [name] });
    expectTypeOf<CompleteFeatures<typeof either>>().toEqualTypeOf<Values>();
    const mixed = (client: Client, name: string) => client.features.get(7, { features: [name, listening] });
    expectTypeOf<CompleteFeatures<typeof mixed>>().toEqualTypeOf<Values<Json | bigint>>();
    const service = (client: Client) => client.features.get(7, { service: "radio" });
    expectTypeOf<CompleteFeatures<typeof service>>().toEqualTypeOf<Values>();
    const part = (client: Client) =>
      client.features.getBatch({ ids: [7], service: "tuner", features: ["computed.next"], inputs: { later: 7 } });
    expectTypeOf<Awaited<ReturnType<typeof part>>>().toEqualTypeOf<FeatureBatch<Values>>();
  });
});

test("values may be null unless the status is complete", () => {
  const use = async (client: Client) => {
    const { status, features } = await client.features.get(7, { features: [listening] });
    expectTypeOf(features.listening.plays_7d).toEqualTypeOf<number | null>();
    if (status === "complete") expectTypeOf(features.listening.plays_7d).toEqualTypeOf<number>();
  };
  expectTypeOf(use).toBeFunction();
});

test("mistakes are compile errors", () => {
  const use = (client: Client) => [
    // @ts-expect-error a feature that the view does not have
    client.features.get(7, { features: [listening.pick("seriel")] }),
    // @ts-expect-error a version other than the definition's
    client.features.get(7, { features: [namedView<typeof listening>("listening@3")] }),
    // @ts-expect-error a service among features
    client.features.get(7, { features: [radio] }),
    // @ts-expect-error a view as a service
    client.features.get(7, { service: listening }),
    // @ts-expect-error an option that does not exist
    client.features.get(7, { feature: ["listening"] }),
    // @ts-expect-error a service without an input that it needs
    client.features.get(7, { service: tuner }),
    // @ts-expect-error an input of another type
    client.features.get(7, { service: tuner, inputs: { later: "7" } }),
    // @ts-expect-error an input that the service does not take
    client.features.get(7, { service: tuner, inputs: { later: 7n, latter: 7n } }),
    // @ts-expect-error a batch's input of another type
    client.features.getBatch({ ids: [7], service: tuner, inputs: { later: true } }),
    // @ts-expect-error a batch without ids
    client.features.getBatch({ features: ["listening"] }),
    // @ts-expect-error a stream with metadata, which is of one request
    client.features.stream([7], { features: ["listening"], metadata: true }),
    // @ts-expect-error an idempotency key that is not text
    client.trainingSets.create({ features: ["listening"], rows: [], idempotencyKey: 7 }),
  ];
  expectTypeOf(use).toBeFunction();
});
