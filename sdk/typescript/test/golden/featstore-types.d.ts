// Written by "featstore types" from the registry: write it again rather than edit it.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface ViewDefinition<Name extends string, Version extends number, Row> {
  readonly kind: "feature_view_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly name: string;
    readonly version: number;
    readonly entity: { readonly name: string; readonly key: readonly { readonly name: string }[] };
    readonly features: readonly { readonly name: string; readonly type: string }[];
  };
  readonly "~row"?: Row;
}

interface ServiceDefinition<Name extends string, Version extends number, Row, Inputs> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: {
    readonly name: string;
    readonly version: number;
    readonly entity: string;
    readonly features: readonly { readonly view: string; readonly version: number; readonly feature: string }[];
    readonly computed?: readonly { readonly name: string; readonly type: string }[];
  };
  readonly types: readonly string[];
  readonly "~row"?: Row;
  readonly "~inputs"?: Inputs;
}

/** View listening, version 2 */
export interface ListeningV2 {
  readonly player: "web" | "phone" | null;
  readonly plays_7d: number;
  readonly raw: Json | null;
  readonly serial: bigint | null;
}
export type ListeningV2Definition = ViewDefinition<"listening", 2, ListeningV2>;

/** View sounds, version 1 */
export interface SoundsV1 {
  readonly seconds: number | null;
  readonly sound: readonly number[] | null;
}
export type SoundsV1Definition = ViewDefinition<"sounds", 1, SoundsV1>;

/** View traffic, version 1 */
export interface TrafficV1 {
  readonly stops_1d: number;
}
export type TrafficV1Definition = ViewDefinition<"traffic", 1, TrafficV1>;

/** Service radio, version 3 */
export interface RadioServiceV3 {
  readonly listening: {
    readonly serial: ListeningV2["serial"];
    readonly plays_7d: ListeningV2["plays_7d"];
  };
  readonly sounds: {
    readonly seconds: SoundsV1["seconds"];
  };
}
export type RadioServiceV3Definition = ServiceDefinition<"radio", 3, RadioServiceV3, unknown>;

/** Service tuner, version 1 */
export interface TunerServiceV1 {
  readonly listening: {
    readonly serial: ListeningV2["serial"];
  };
  readonly sounds: {
    readonly sound: SoundsV1["sound"];
  };
  readonly computed: {
    readonly next: bigint | null;
    readonly likeness: number;
  };
}

export interface TunerServiceV1Inputs {
  readonly later: bigint;
  readonly heard?: readonly number[] | null;
  /** Of the hour. */
  readonly mood?: string | null;
}

export type TunerServiceV1Definition = ServiceDefinition<"tuner", 1, TunerServiceV1, TunerServiceV1Inputs>;

/** Every view version that can be read. */
export type FeatureViewReference = "listening@2" | "sounds@1" | "traffic@1";

/** For `createClient<Registry>()` of @featstore/client: names without a version are of the promoted one. */
export interface Registry {
  readonly views: {
    readonly "listening": ListeningV2Definition;
    readonly "listening@2": ListeningV2Definition;
    readonly "sounds": SoundsV1Definition;
    readonly "sounds@1": SoundsV1Definition;
    readonly "traffic": TrafficV1Definition;
    readonly "traffic@1": TrafficV1Definition;
  };
  readonly services: {
    readonly "radio": RadioServiceV3Definition;
    readonly "radio@3": RadioServiceV3Definition;
    readonly "tuner": TunerServiceV1Definition;
    readonly "tuner@1": TunerServiceV1Definition;
  };
}
