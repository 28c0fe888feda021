export { compileEvaluator } from "./compile-evaluator";
export { type Decimal, type Evaluator, type EvaluatorInputs, type Json, jsonNull, type PortableValue } from "./values";
