/** Answers by key, made once: for few keys that come again and again. Forgets all when it holds `max`. */
export function remembered<Answer>(max: number, make: (key: string) => Answer): (key: string) => Answer {
  const known = new Map<string, Answer>();
  return (key) => {
    let answer = known.get(key);
    if (answer === undefined) {
      answer = make(key);
      if (known.size >= max) known.clear();
      known.set(key, answer);
    }
    return answer;
  };
}
