import type { Generation, RegisteredView } from "../../../registry/index";

/*
 * A stamp is `<erasures>;<generation>.<as-of time>;…;<load>`, newest generation first: the bucket has every row of these
 * generations in fields of that load. It is written after the rows; only the generations it names may be read from the
 * bucket. The as-of time distinguishes generations of the same number after a restore from a backup.
 */

/** The stamp that a generation needs to be readable. */
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

/** Builds a stamp; `before` is an earlier generation that stays readable. */
export function stampText({ start, part }: WantedStamp, loadId: string, before?: WantedStamp): string {
  return `${start.slice(0, -1)}${part}${before === undefined ? "" : before.part.slice(1)}${loadId}`;
}

export function stampedLoad(stamp: string): string {
  return stamp.slice(stamp.lastIndexOf(";") + 1);
}

/** Returns the erasure count at the time of the load. */
export function stampedErasures(stamp: string): number {
  return Number.parseInt(stamp, 10);
}

/** Returns the generation parts of a stamp, newest first. */
export function stampedParts(stamp: string): readonly string[] {
  return stamp
    .split(";")
    .slice(1, -1)
    .map((part) => `;${part};`);
}

/** Parses a generation part. */
export function stampedGeneration(part: string): { readonly generation: number; readonly asOf: bigint } {
  const [generation = "", asOf = ""] = part.slice(1, -1).split(".");
  let time = 0n;
  for (const digit of asOf) time = time * 36n + BigInt(Number.parseInt(digit, 36));
  return { generation: Number(generation), asOf: time };
}

/** Returns the number of a stamp's newest generation. */
export function newestStamped(stamp: string): number {
  return Number.parseInt(stampedParts(stamp)[0]?.slice(1) ?? "0", 10);
}
