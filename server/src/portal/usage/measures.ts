import { roundBytes, roundNumber, shortBytes, shortNumber, wholeNumber } from "../parts/numbers";
import type { Measure } from "../portal-services";

interface MeasureTexts {
  readonly title: string;
  /** With the verb: "Requests are". */
  readonly subject: string;
  readonly short: (value: number) => string;
  /** For limits and axes. */
  readonly round: (value: number) => string;
  /** For tables. */
  readonly exact: (value: number) => string;
}

export const measures: Readonly<Record<Measure, MeasureTexts>> = {
  requests: { title: "Requests", subject: "requests", short: shortNumber, round: roundNumber, exact: wholeNumber },
  rows: { title: "Rows", subject: "rows", short: shortNumber, round: roundNumber, exact: wholeNumber },
  bytes: { title: "Downloads", subject: "downloads", short: shortBytes, round: roundBytes, exact: shortBytes },
};

export const measureNames = Object.keys(measures) as Measure[];
