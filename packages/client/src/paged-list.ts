/** @module Lists that the server hands out in pages, read as one. */

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** Continues the list; `null` on its last page. */
  nextCursor: string | null;
}

/** A list that is read while one goes through it: `for await (const item of list)`. Every loop begins anew. */
export interface PagedList<Item> extends AsyncIterable<Item> {
  /** The same, a page at a time. */
  pages(): AsyncGenerator<Page<Item>, void>;
}

/**
 * A list over whatever reads one of its pages.
 *
 * @param readPage gets the cursor of the page before; `undefined` for the first
 */
export function pagedList<Item>(
  readPage: (cursor: string | undefined) => Promise<Page<Item>>,
): PagedList<Item> {
  async function* pages(): AsyncGenerator<Page<Item>, void> {
    let cursor: string | undefined;
    do {
      const page = await readPage(cursor);
      yield page;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const { items } of pages()) yield* items;
    },
  };
}
