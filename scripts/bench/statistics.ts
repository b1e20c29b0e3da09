/** The value below which `fraction` of the values lie; NaN of none. */
export function percentile(values: Float64Array | readonly number[], fraction: number): number {
  return Float64Array.from(values).sort()[Math.floor((values.length - 1) * fraction)] ?? NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
