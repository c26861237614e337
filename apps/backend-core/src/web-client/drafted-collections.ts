/** @module Collections of the newest drafts: the web client can only show nodes whose collection it knows, and these are not stored yet. */
import { RecentMap } from '@orchestrix/models';
import type { Schemas } from '@orchestrix/owner-databases';

const MAX_OWNERS = 1_000;
const MAX_COLLECTIONS = 50;

/** The collections of each owner's newest drafts, with the fields that the drafts use. Nothing is stored. */
export class DraftedCollections {
  private readonly byOwner = new RecentMap<string, Schemas>(MAX_OWNERS);

  /** @param ownerId whose data it is, see `dataOwnerOf` */
  remember(ownerId: string, { nodes }: { nodes: readonly unknown[] }): void {
    const known = this.byOwner.get(ownerId) ?? {};
    const merged = new Map(Object.entries(known));
    for (const { data } of nodes as { data?: { fields?: Record<string, unknown> } }[]) {
      const { collection, filters, data: document, update } = data?.fields ?? {};
      if (typeof collection !== 'string' || collection === '' || collection.startsWith('system.')) continue;
      const fields = [filters, document, update].flatMap((map) => Object.keys(map ?? {}));
      const all = new Set([...(merged.get(collection) ?? []), ...fields]);
      // The newest goes to the end; the oldest is forgotten first.
      merged.delete(collection);
      merged.set(
        collection,
        [...all].filter((name) => name !== '_id' && !name.startsWith('$')).slice(0, 100),
      );
    }
    if (merged.size === 0) return;
    this.byOwner.set(ownerId, Object.fromEntries([...merged].slice(-MAX_COLLECTIONS)));
  }

  /** What was drafted and is not in `stored`, before it. */
  addTo(ownerId: string, stored: Schemas): Schemas {
    return { ...this.byOwner.get(ownerId), ...stored };
  }

  has(ownerId: string): boolean {
    return this.byOwner.get(ownerId) !== undefined;
  }
}
