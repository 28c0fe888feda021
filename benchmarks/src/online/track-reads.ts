import { randomNumbers } from "../random-numbers";
import { writeRequests } from "../requests-file";
import { SERVICE, singlePath } from "../serving";
import { type ClientRequest, readRequests } from "./http-client";
import type { OnlineContext } from "./online-context";
import type { ReadSelection } from "./selection";

const REQUESTS = 20_000;

/** Writes and returns single reads of the domain's tracks, with uniform ids and keys in turn. */
export function singleReads({ ids, keys }: OnlineContext, file: string): readonly ClientRequest[] {
  const random = randomNumbers(13);
  writeRequests(file, keys, REQUESTS, () => ["GET", singlePath(ids[Math.floor(random() * ids.length)] ?? 1)]);
  return readRequests(file);
}

/** Returns the path of one read, to probe a server after its start. */
export function trackPath({ ids }: OnlineContext): string {
  return singlePath(ids[0] ?? 1);
}

/** Returns the selection of tracks. */
export function trackSelection({ ids }: OnlineContext): ReadSelection {
  return { name: "tracks", service: SERVICE, ids };
}
