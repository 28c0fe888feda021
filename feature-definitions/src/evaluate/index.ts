export { compileEvaluator, valueOverNothing } from "./compile-evaluator";
export { printDecimal } from "./decimals";
export { parseUuid, readerOf } from "./parse-text";
export { dateOfText, dateText, dayOfText, instantOfText, instantText } from "./time-texts";
export { type Decimal, type Evaluator, type EvaluatorInputs, type Json, jsonNull, type PortableValue } from "./values";
