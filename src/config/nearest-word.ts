// src/config/nearest-word.ts - which known word somebody meant who mistyped one.

/** How many letters must be put in, taken out, changed, or swapped with their neighbour, to make one word the other. */
export function lettersApart(one: string, other: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let at = 1; at <= other.length; at++) {
      const same = one[row - 1] === other[at - 1] ? 0 : 1;
      const swapped = one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      const ways = [(last?.[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1, (last?.[at - 1] ?? 0) + same];
      line.push(Math.min(...ways, ...(swapped ? [(before?.[at - 2] ?? 0) + 1] : [])));
    }
    [before, last] = [last, line];
  }
  return last?.[other.length] ?? 0;
}

/** The known word that is nearest, where it is near enough to be meant: a third of its letters at most, and one at least. */
export function nearestWord(typed: string, known: Iterable<string>): string | undefined {
  const found = [...known].map((word) => ({ word, apart: lettersApart(typed, word) }));
  const [nearest] = found.sort((a, b) => a.apart - b.apart);
  return nearest !== undefined && nearest.apart <= Math.max(1, nearest.word.length / 3) ? nearest.word : undefined;
}
