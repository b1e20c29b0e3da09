/** Whether an object has anything in it; faster than counting its keys. */
export function hasProperties(object: object): boolean {
  for (const _ in object) return true;
  return false;
}
