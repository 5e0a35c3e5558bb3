// until asks again and again for something that takes an unknown time; it returns the first answer that is not falsy.
export async function until(what, ask, { within = 30_000, every = 50 } = {}) {
  const deadline = Date.now() + within;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${within / 1000} s: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

// within gives what promise becomes, or otherwise when it takes longer than that many milliseconds.
export async function within(limit, promise, otherwise) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, limit, otherwise); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
