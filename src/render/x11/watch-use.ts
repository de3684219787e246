// src/render/x11/watch-use.ts - looks now and then how much a session holds of something that no kernel limits for it: a
// card's memory (card-use.ts), the disk (disk-use.ts).

/** What is looked at, and who is told. */
export type UseWatch = {
  readonly limitMb: number;
  /** Megabytes held now. Never rejects. */
  readonly read: () => Promise<number>;
  /** It holds more: called once. */
  readonly onOver: (usedMb: number) => void;
};

/** Looks now and every `everyMs` until it is over or stopped; never twice at a time. Answers what stops it. */
export function watchUse({ limitMb, read, onOver }: UseWatch, everyMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    const usedMb = await read();
    if (stopped) return;
    if (usedMb > limitMb) onOver(usedMb);
    else next();
  };
  const next = (): void => {
    timer = setTimeout(() => void look(), everyMs).unref();
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
