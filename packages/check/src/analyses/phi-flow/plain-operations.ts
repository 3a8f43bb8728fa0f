/** Operations of the language that say nothing of what a value holds: tests, counts, sizes, names of keys. */

const TELLS_NOTHING =
  /^(?:operator (?:[=!]=+|[<>]=?|!|typeof|in|instanceof|void|delete)|typeof|Boolean|\.(?:length|size|byteLength|includes|startsWith|endsWith|test|indexOf|lastIndexOf|search|some|every|has|findIndex|localeCompare|hasOwnProperty|keys|isPrototypeOf)|Object\.(?:keys|hasOwn|is)|Number\.is\w+|Array\.isArray|isNaN|isFinite|Date\.now|Math\.random|Buffer\.(?:byteLength|isBuffer|alloc)|performance\.now|new (?:AbortController|WeakMap|Date\(\)))$/;

/** `how`: as a derived value says what was done. */
export function tellsNothing(how: string): boolean {
  return TELLS_NOTHING.test(how);
}
