import { instantText } from "@featstore/definitions/compiler";
import { deprecationDocument } from "../../registry/index";
import type { ComputedValue } from "../computed/compute-row";
import type { OnlineRow } from "../online-store/online-store";
import { sliceOf } from "../online-store/packed-row";
import type { ViewRows, ViewStatus } from "../read/read-rows";
import type { SelectedView } from "../selection/selected-view";
import type { Selection } from "../selection/selection";
import type { BatchRows, RowDetails } from "./rendered";

export function rowDetails(
  { views, computed }: Selection,
  parts: readonly ViewRows[],
  statuses: readonly ViewStatus[],
  values: readonly ComputedValue[],
  position: number,
): RowDetails {
  return {
    eventTimes: views.map((_, index) => {
      const eventTime = parts[index]?.rows[position]?.eventTime ?? null;
      return eventTime === null ? null : instantText(BigInt(eventTime));
    }),
    defaulted: views.map((view, index) => defaultedOf(view, parts[index]?.rows[position], statuses[index])),
    computedDefaulted: (computed?.features ?? []).filter((_, at) => values[at]?.isDefaulted).map(({ name }) => name),
  };
}

/** Returns the metadata of a single response, by view; `now` in microseconds. */
export function singleMetadata(selection: Selection, details: RowDetails, now: number) {
  return metadataOf(
    selection,
    now,
    (index) => ({ event_time: details.eventTimes[index] ?? null }),
    (index) => details.defaulted[index] ?? [],
    details.computedDefaulted,
  );
}

/** Returns the metadata of a batch, by view. Values that differ by row are arrays in the order of the rows. */
export function batchMetadata({ selection, rows, at }: BatchRows) {
  return metadataOf(
    selection,
    at,
    (index) => ({ event_times: rows.map(({ details }) => details?.eventTimes[index] ?? null) }),
    (index) => rows.map(({ details }) => details?.defaulted[index] ?? []),
    rows.map(({ details }) => details?.computedDefaulted ?? []),
  );
}

function metadataOf(
  { views, computed, asOf }: Selection,
  now: number,
  times: (view: number) => Readonly<Record<string, unknown>>,
  defaulted: (view: number) => readonly unknown[],
  computedDefaulted: readonly unknown[],
) {
  const each = views.map((view, index) => {
    const deprecation = deprecationDocument(view.registered);
    const document = {
      version: view.registered.view.version,
      ...timesOf(view, asOf, now),
      ...times(index),
      ...(deprecation === null ? {} : { deprecation }),
      ...(view.hasFallbacks ? { defaulted: defaulted(index) } : {}),
    };
    return [view.label, document] as const;
  });
  if (computed === null || computed.features.length === 0) return Object.fromEntries(each);
  const { service, features, readsAsOf } = computed;
  return {
    ...Object.fromEntries(each),
    computed: {
      service,
      ...(readsAsOf ? { as_of: instantText(BigInt(Math.trunc(now))) } : {}),
      types: Object.fromEntries(features.map(({ name, type }) => [name, type])),
      defaulted: computedDefaulted,
    },
  };
}

/** Returns the times of the values: the generation's and its age, or the requested as-of time. */
function timesOf({ registered, generation }: SelectedView, asOf: bigint | null, now: number) {
  if (asOf !== null) return { generation: null, as_of: instantText(asOf), age_seconds: null };
  const { served } = registered;
  return {
    generation,
    as_of: served === null ? null : instantText(served.asOf),
    age_seconds: served === null ? null : Math.max(0, Math.round((now - Number(served.asOf)) / 1000) / 1000),
  };
}

/** Returns the features whose null was replaced in the response. */
function defaultedOf(
  { features, hasFallbacks }: SelectedView,
  row: OnlineRow | undefined,
  status: ViewStatus | undefined,
): readonly string[] {
  if (!hasFallbacks) return [];
  return features.flatMap((feature) => {
    if (feature.kind !== "served" || feature.fallback === null) return [];
    const { name, position } = feature;
    const isAbsent = row === undefined || status === "expired";
    return isAbsent || sliceOf(row, position, position) === "null" ? [name] : [];
  });
}
