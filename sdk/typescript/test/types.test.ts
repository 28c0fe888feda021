import type { RowOf } from "@featstore/definitions";
import { describe, expectTypeOf, test } from "vitest";
import type { Client, FeatureBatch, Json, Values } from "../src/index";
import { namedService, namedView } from "../src/index";
import { listening, radio, sounds } from "./support/listening";

type Listening = RowOf<typeof listening>;

/** The type of a promise's `features` in the row of a complete answer. Nothing here runs: the compiler is the test. */
type CompleteFeatures<Call extends (client: Client) => Promise<unknown>> =
  Extract<Awaited<ReturnType<Call>>, { status: "complete" }> extends { features: infer F } ? F : never;

describe("rows are typed by definitions", () => {
  test("a whole view", () => {
    const call = (client: Client) => client.features.get(7, { features: [listening] });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<{ readonly listening: Listening }>();
    expectTypeOf<Listening["serial"]>().toEqualTypeOf<bigint | null>();
    expectTypeOf<Listening["player"]>().toEqualTypeOf<"web" | "phone" | null>();
  });

  test("several views and picks, merged by view", () => {
    const call = (client: Client) =>
      client.features.get(7, { features: [listening.pick("serial"), listening.pick("plays_7d"), sounds] });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<{
      readonly listening: { readonly serial: bigint | null; readonly plays_7d: number };
      readonly sounds: RowOf<typeof sounds>;
    }>();
  });

  test("a service", () => {
    const call = (client: Client) => client.features.get(7, { service: radio });
    expectTypeOf<CompleteFeatures<typeof call>>().toEqualTypeOf<RowOf<typeof radio>>();
  });

  test("a batch", () => {
    const call = (client: Client) => client.features.getBatch({ ids: [7], features: [listening] });
    expectTypeOf<Awaited<ReturnType<typeof call>>>().toEqualTypeOf<FeatureBatch<{ readonly listening: Listening }>>();
  });

  test("only the type: int64 is text, and a vector may be absent", () => {
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

  test("names alone give JSON values", () => {
    const strings = (client: Client) => client.features.get(7, { features: ["listening"] });
    expectTypeOf<CompleteFeatures<typeof strings>>().toEqualTypeOf<Values>();
    const none = (client: Client) => client.features.get(7);
    expectTypeOf<CompleteFeatures<typeof none>>().toEqualTypeOf<Values>();
    const mixed = (client: Client) => client.features.get(7, { features: ["sounds", listening] });
    expectTypeOf<CompleteFeatures<typeof mixed>>().toEqualTypeOf<Values<Json | bigint>>();
  });
});

test("values may be null until the status says complete", () => {
  const use = async (client: Client) => {
    const { status, features } = await client.features.get(7, { features: [listening] });
    expectTypeOf(features.listening.plays_7d).toEqualTypeOf<number | null>();
    if (status === "complete") expectTypeOf(features.listening.plays_7d).toEqualTypeOf<number>();
  };
  expectTypeOf(use).toBeFunction();
});

test("mistakes are compile errors", () => {
  const use = (client: Client) => [
    // @ts-expect-error a feature the view does not have
    client.features.get(7, { features: [listening.pick("seriel")] }),
    // @ts-expect-error another version than the definition's
    client.features.get(7, { features: [namedView<typeof listening>("listening@3")] }),
    // @ts-expect-error a service among features
    client.features.get(7, { features: [radio] }),
    // @ts-expect-error a view as a service
    client.features.get(7, { service: listening }),
    // @ts-expect-error an option that does not exist
    client.features.get(7, { feature: ["listening"] }),
    // @ts-expect-error a batch without ids
    client.features.getBatch({ features: ["listening"] }),
  ];
  expectTypeOf(use).toBeFunction();
});
