/** @module Which collections are looked at row by row, and by whom. */
import type { ConnectionCipher } from '@orchestrix/owner-databases';
import type { Census } from './census.ts';
import { sessionInspector, userInspector } from './inspect-accounts.ts';
import { definitionInspector, documentInspector } from './inspect-collections.ts';
import { connectionInspector } from './inspect-connections.ts';
import { apiInspector, workflowInspector } from './inspect-workflows.ts';
import type { Inspector } from './inspection.ts';

/** What {@link createInspectors} is built from. */
export interface InspectorsParts {
  census: Census;
  cipher: ConnectionCipher | null;
  now: Date;
}

/** Fresh inspectors for one pass over all rows, by collection, in the order of a report. */
export function createInspectors({ census, cipher, now }: InspectorsParts): ReadonlyMap<string, Inspector> {
  return new Map([
    ['workflows', workflowInspector(census)],
    ['publishedapis', apiInspector(census)],
    ['users', userInspector(census)],
    ['userdbconnections', connectionInspector(cipher)],
    ['dynamicdatas', documentInspector(census)],
    ['collectiondefinitions', definitionInspector()],
    ['sessions', sessionInspector(now)],
  ]);
}

/** Collections that this server has added; what is in them it has written itself. */
export const OWN_COLLECTIONS: ReadonlySet<string> = new Set([
  'workflowversions',
  'executions',
  'executionlogs',
  'aiusages',
  'migration_backups',
]);
