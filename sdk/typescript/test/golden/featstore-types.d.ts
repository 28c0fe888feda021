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
export declare const listeningV2: ViewDefinition<"listening", 2, ListeningV2>;

/** View sounds, version 1 */
export interface SoundsV1 {
  readonly seconds: number | null;
  readonly sound: readonly number[] | null;
}
export declare const soundsV1: ViewDefinition<"sounds", 1, SoundsV1>;

/** View traffic, version 1 */
export interface TrafficV1 {
  readonly stops_1d: number;
}
export declare const trafficV1: ViewDefinition<"traffic", 1, TrafficV1>;

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
export declare const radioServiceV3: ServiceDefinition<"radio", 3, RadioServiceV3, unknown>;

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

export declare const tunerServiceV1: ServiceDefinition<"tuner", 1, TunerServiceV1, TunerServiceV1Inputs>;

/** Every view version that can be read. */
export type FeatureViewReference = "listening@2" | "sounds@1" | "traffic@1";

/** For `createClient<Registry>()` of @featstore/client: names without a version are of the promoted one. */
export interface Registry {
  readonly views: {
    readonly "listening": typeof listeningV2;
    readonly "listening@2": typeof listeningV2;
    readonly "sounds": typeof soundsV1;
    readonly "sounds@1": typeof soundsV1;
    readonly "traffic": typeof trafficV1;
    readonly "traffic@1": typeof trafficV1;
  };
  readonly services: {
    readonly "radio": typeof radioServiceV3;
    readonly "radio@3": typeof radioServiceV3;
    readonly "tuner": typeof tunerServiceV1;
    readonly "tuner@1": typeof tunerServiceV1;
  };
}
