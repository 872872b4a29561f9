/** The vector of length 1 in the same direction; a vector of zeros stays as it is. */
export function unitVector(values: ArrayLike<number>): Float32Array {
  let squares = 0;
  for (let place = 0; place < values.length; place += 1) squares += (values[place] ?? 0) ** 2;
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(values, (value) => value / length);
}
