/** @module Published paths of this backend are no faults of old data. */
import { expect, test } from 'vitest';
import { apiInspector } from '../src/inspect-workflows.ts';

const row = { slug: 's', workflowId: 'w', ownerId: 'o', version: 1 };

test.each([
  ['of an own path', { ...row, path: 'GET /api/shop/a/:', route: '/a/:id', ownerSlug: 'shop' }, []],
  ['that was taken back', { ...row, path: '/workflow/run/w/s', unpublishedAt: new Date() }, []],
  ['of a workflow that is gone', { ...row, path: '/workflow/run/w/s' }, [{ code: 'API_WITHOUT_WORKFLOW' }]],
])('a row %s', (_name, given, issues) => {
  const { inspect } = apiInspector({ workflows: new Set(), workflowIds: new Set() } as never);
  expect(inspect(given as never)).toMatchObject({ issues });
});
