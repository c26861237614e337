/** @module A number of places; who finds none waits in line. */

/** Places that are taken and given back. */
export interface Places {
  /** Resolves with a function that gives the place back; calling it again does nothing. */
  take(): Promise<() => void>;
  readonly taken: number;
}

/** @param size how many can be taken at a time */
export function createPlaces(size: number): Places {
  const line: (() => void)[] = [];
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    take: async () => {
      if (taken < size) taken += 1;
      // Whoever gives a place back hands it on, so that nobody can slip in between.
      else await new Promise<void>((next) => line.push(next));
      let isBack = false;
      return () => {
        if (isBack) return;
        isBack = true;
        const next = line.shift();
        if (next) next();
        else taken -= 1;
      };
    },
  };
}
