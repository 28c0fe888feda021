import type { Generation, RegisteredView } from "../registry";

/*
 * A stamp is `<erasures>;<generation>.<as-of time>;…;<load>`, newest generation first: the bucket has every row of each
 * of these, in fields of that load. It is written after the rows; where it does not name a generation, nobody may read that one from the bucket. The
 * as-of time tells a generation from one of the same number in a database that was restored from a backup.
 */

/** What a stamp must have, for a generation to be read. */
export interface WantedStamp {
  readonly start: string;
  readonly part: string;
}

export function wantedStamp({ erasures }: RegisteredView, { generation, asOf }: Generation): WantedStamp {
  return { start: `${erasures ?? 0};`, part: `;${generation}.${asOf.toString(36)};` };
}

export function isStamped(stamp: string | null | undefined, { start, part }: WantedStamp): boolean {
  return stamp?.startsWith(start) === true && stamp.includes(part);
}

/** `before`: the generation that the bucket can still answer, besides. */
export function stampText({ start, part }: WantedStamp, loadId: string, before?: WantedStamp): string {
  return `${start.slice(0, -1)}${part}${before === undefined ? "" : before.part.slice(1)}${loadId}`;
}

export function stampedLoad(stamp: string): string {
  return stamp.slice(stamp.lastIndexOf(";") + 1);
}

/** How many erasures had been made when it was filled. */
export function stampedErasures(stamp: string): number {
  return Number.parseInt(stamp, 10);
}

/** The parts of a stamp by which its generations are told, newest first. */
export function stampedParts(stamp: string): readonly string[] {
  return stamp
    .split(";")
    .slice(1, -1)
    .map((part) => `;${part};`);
}

/** What a part says. */
export function stampedGeneration(part: string): { readonly generation: number; readonly asOf: bigint } {
  const [generation = "", asOf = ""] = part.slice(1, -1).split(".");
  let time = 0n;
  for (const digit of asOf) time = time * 36n + BigInt(Number.parseInt(digit, 36));
  return { generation: Number(generation), asOf: time };
}

/** The number of the newest generation that a stamp names. */
export function newestStamped(stamp: string): number {
  return Number.parseInt(stampedParts(stamp)[0]?.slice(1) ?? "0", 10);
}
