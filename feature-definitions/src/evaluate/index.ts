export { compileEvaluator } from "./compile-evaluator";
export { printDecimal } from "./decimals";
export { readerOf } from "./parse-text";
export { type Decimal, type Evaluator, type EvaluatorInputs, type Json, jsonNull, type PortableValue } from "./values";
