/** @module A workflow that does nothing proves nothing. */
import { compile } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { memorySandbox } from './memory-sandbox.ts';
import { proveWorkflow } from './prove-workflow.ts';

describe('a workflow that does nothing', () => {
  const prove = async (steps: unknown[]) =>
    proveWorkflow({ plan: compile({ steps } as never), sandbox: memorySandbox() });
  const variables = [{ name: 'title', type: 'string' }];

  it.each([
    ['only takes input', [{ type: 'input', variables }]],
    ['only checks it', [{ type: 'inputValidation', rules: [{ field: 'input.title', required: true }] }]],
    [
      'only waits',
      [
        { type: 'input', variables },
        { type: 'delay', seconds: 0 },
      ],
    ],
  ])('proves nothing: one that %s', async (_, steps) => {
    const proof = await prove(steps);
    expect(proof.ok).toBe(false);
    expect(proof.findings).toContainEqual(
      expect.objectContaining({ code: 'PROOF_DOES_NOTHING', severity: 'error' }),
    );
  });

  it.each([
    ['answers', [{ type: 'response', body: { ok: true } }]],
    ['stores', [{ type: 'dbInsert', collection: 'notes', data: { at: 1 } }]],
    ['reads', [{ type: 'dbFind', collection: 'notes', filter: {}, findType: 'many' }]],
    ['sends', [{ type: 'emailSend', to: 'ann@example.org', subject: 's', html: 'h' }]],
  ])('is not one that %s', async (_, steps) => {
    expect((await prove(steps)).findings.map(({ code }) => code)).not.toContain('PROOF_DOES_NOTHING');
  });
});
