/** Maps a value at once, or a promised value once it is there: reads from memory need not wait for a turn of the event loop. */
export function mapMaybe<Value, Result>(
  value: Value | Promise<Value>,
  map: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(map) : map(value);
}
