/** Whether two texts name one thing: an ARN, a URL and a name of it are the same to whoever means it. */

export function namesSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short === "" || !/^(arn:|https?:\/\/)/.test(long)) return false;
  if (short.startsWith("arn:")) return long === `${short}:*`;
  return long.endsWith(`:${short}`) || long.endsWith(`/${short}`);
}

/** An alias of a key, which says nothing about the key's own id. */
export function isKeyAlias(text: string): boolean {
  return /(^|:)alias\//.test(text);
}
