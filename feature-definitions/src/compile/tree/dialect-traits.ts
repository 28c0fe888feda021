/** The abilities of an engine by which strategies choose. */
export interface DialectTraits {
  /** True if an aggregate reads the rows of a sorted stage in their order. */
  readonly keepsInputOrder: boolean;
  /** True if a window without a partition may number all rows: an engine on many machines would move them to one. */
  readonly numbersAllRows: boolean;
  /** True if the planner expects almost no rows of a join on several columns, so that such a join is planned alone. */
  readonly underestimatesJoins: boolean;
  /** True if a join can take the last row that is not later than a time, without pairing all rows of a key. */
  readonly joinsAsOf: boolean;
  /** True if the first or last value of a window can skip nulls, so that it finds a row by a condition without a join. */
  readonly windowsSkipNulls: boolean;
  /** True if such a value can have an order of its own, so that it finds a row also in a frame that slides. */
  readonly windowsOrderRows: boolean;
}
