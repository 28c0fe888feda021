import type { DatePart, DatePartExpression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import { epochSeconds, instantOfDate, type UtcParts, utcParts } from "./times";
import { type Compile, type Evaluator, isInteger, isText, unary } from "./values";

const parts: Readonly<Record<Exclude<DatePart, "epoch_seconds">, (parts: UtcParts) => number>> = {
  // The year before 1 is -1.
  year: ({ year }) => (year > 0 ? year : year - 1),
  month: ({ month }) => month,
  day: ({ day }) => day,
  hour: ({ hour }) => hour,
  day_of_week: ({ dayOfWeek }) => dayOfWeek,
  day_of_year: ({ dayOfYear }) => dayOfYear,
};

/** Reads the part in UTC, the only portable zone. */
export function compileDatePart({ part, operand }: DatePartExpression, compile: Compile): Evaluator {
  const value = compile(operand);
  if (part === "epoch_seconds") return unary(value, isInteger, epochSeconds);
  const read = parts[part];
  if (typeOf(operand) === "date") return unary(value, isText, (date) => BigInt(read(utcParts(instantOfDate(date)))));
  return unary(value, isInteger, (instant) => BigInt(read(utcParts(instant))));
}
