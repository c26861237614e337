import { compile } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySandbox } from './memory-sandbox.ts';
import type { Sandbox } from './proof.ts';
import { proveWorkflow } from './prove-workflow.ts';

const prove = (steps: object[], sandbox = memorySandbox()) => {
  const plan = compile({ steps });
  expect(plan.ok).toBe(true);
  return proveWorkflow({ plan, sandbox });
};
const rules = (...list: object[]) => ({ id: 'validate', type: 'inputValidation', rules: list });
const needs = (field: string, more: object = {}) => ({ field, required: true, ...more });
const guard = (value: string, is: string, to?: unknown) => ({
  type: 'guard',
  value,
  is,
  ...(to !== undefined && { to }),
  statusCode: 409,
});
const one = (collection: string, id: string, output: string) => ({
  type: 'dbFind',
  collection,
  filter: { _id: id },
  output,
});
const done = { type: 'response', body: { ok: true } };

describe('a good request gets past guards that compare', () => {
  it.each<[string, object[]]>([
    [
      'what is stored with a word',
      [
        rules(needs('id')),
        one('requests', '{{ input.id }}', 'request'),
        guard('{{ request.state }}', 'equal', 'pending'),
      ],
    ],
    ['what was sent with a word', [rules(needs('kind')), guard('{{ input.kind }}', 'equal', 'paid')]],
    [
      'in rules on results',
      [
        rules(needs('id')),
        one('requests', '{{ input.id }}', 'request'),
        { ...rules(needs('{{request}}'), needs('{{request.state}}', { enum: ['pending'] })), id: 'check' },
      ],
    ],
    [
      'what is stored with what was sent',
      [
        rules(needs('id'), needs('quantity', { type: 'number', min: 1 })),
        one('products', '{{ input.id }}', 'product'),
        guard('{{ product.stock }}', 'greater', '{{ input.quantity }}'),
      ],
    ],
    [
      'what was sent with what is stored',
      [
        rules(needs('id'), needs('quantity', { type: 'number', min: 1 })),
        one('products', '{{ input.id }}', 'product'),
        guard('{{ input.quantity }}', 'less', '{{ product.stock }}'),
      ],
    ],
    [
      'an owner with the caller',
      [
        { type: 'authMiddleware' },
        rules(needs('id')),
        one('notes', '{{ input.id }}', 'note'),
        guard('{{ note.ownerId }}', 'equal', '{{ currentUser.userId }}'),
        { type: 'dbDelete', collection: 'notes', filter: { _id: '{{ input.id }}' } },
      ],
    ],
    [
      'two dates that were sent',
      [
        rules(needs('start', { type: 'date' }), needs('end', { type: 'date' })),
        guard('{{ input.end }}', 'greater', '{{ input.start }}'),
      ],
    ],
    [
      'two texts that were sent',
      [
        rules(needs('code', { minLength: 8 }), needs('again')),
        guard('{{ input.code }}', 'equal', '{{ input.again }}'),
      ],
    ],
  ])('%s', async (_name, steps) => {
    expect((await prove([...steps, done])).findings).toEqual([]);
  });

  it.each(['^[A-Z]{2}\\d{2} [A-Z]{3}$', '^(?:INV|ORD)-\\d{4}/[a-f]{3}$', '^\\p{Lu}\\w+(?: \\w+)?!$'])(
    'and rules with the pattern %s',
    async (pattern) => {
      const proof = await prove([rules(needs('reference', { pattern })), done]);
      expect(proof).toMatchObject({ ok: true, findings: [] });
      const { reference } = proof.trials[0]!.input as { reference: string };
      expect(reference).toMatch(new RegExp(pattern, 'u'));
    },
  );
});

describe('secrets', () => {
  it('are in no part of a proof, under whatever name a workflow shows them', async () => {
    const seen = new Set<string>();
    const steps = [
      rules(needs('email', { type: 'email' }), needs('password'), needs('pin', { pattern: '^\\d{4}$' })),
      {
        type: 'dbInsert',
        collection: 'credentials',
        data: { email: '{{ input.email }}', password: '{{ input.password }}' },
      },
      { type: 'jwtGenerate', payload: { id: '{{ created._id }}' }, output: 'ticket' },
      {
        type: 'emailSend',
        to: '{{ input.email }}',
        subject: 'Pin {{ input.pin }}',
        body: '{{ created.password }} {{ input.password }} {{ ticket }}',
      },
      {
        type: 'response',
        body: { note: 'x {{ created.password }}', data: '{{ ticket }}', n: '{{ input.pin }}' },
      },
    ];
    const proof = await prove(steps, recording(seen));
    const text = JSON.stringify(proof);
    expect(proof.trials[0]).toMatchObject({ passed: true });
    expect(Array.isArray(proof.trials[0]!.documents.credentials)).toBe(true);
    expect(seen.size).toBeGreaterThanOrEqual(3);
    for (const secret of seen) expect(text).not.toContain(secret);
    expect(proof.trials[0]!.mails[0]!.subject).toBe('Pin [redacted]');
  });

  it('of a user that was there before are not shown either', async () => {
    const seen = new Set<string>();
    const steps = [
      rules(needs('email', { type: 'email' }), needs('password')),
      { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
      { type: 'dbFind', collection: 'users', filter: { email: '{{ input.email }}' }, output: 'user' },
      { type: 'response', body: { note: 'x {{ user.password }}' } },
    ];
    const text = JSON.stringify(await prove(steps, recording(seen)));
    expect(seen.size).toBeGreaterThanOrEqual(2);
    for (const secret of seen) expect(text).not.toContain(secret);
  });

  it('stay out whatever the names of what is sent', async () => {
    const names = fc.constantFrom(
      'password',
      'pin',
      'apiKey',
      'secretWord',
      'resetToken',
      'smtpPass',
      'title',
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(names, { minLength: 1 }), async (fields) => {
        const seen = new Set<string>();
        const all = fields.map((name) => `{{ input.${name} }}`).join(' ');
        const steps = [
          rules(...fields.map((name) => needs(name))),
          { type: 'dbInsert', collection: 'c', data: { all, password: `p ${all}` } },
          { type: 'emailSend', to: 'a@example.com', subject: all, body: all },
          { type: 'response', body: { all, hash: 'h {{ created.password }}' } },
        ];
        const proof = await prove(steps, recording(seen));
        const text = JSON.stringify(proof);
        for (const secret of seen) expect(text).not.toContain(secret);
        const shown = proof.trials[0]!.input as Record<string, unknown>;
        for (const name of fields) expect(shown[name] === '[redacted]').toBe(name !== 'title');
      }),
      { numRuns: 100 },
    );
  });
});

describe('a proof is fair', () => {
  it('calls what the database in memory cannot do no fault of the workflow', async () => {
    const proof = await prove([
      rules(needs('tag')),
      { type: 'dbFind', collection: 'c', filter: { tags: { $all: ['{{ input.tag }}'] } }, findType: 'many' },
      done,
    ]);
    expect(proof.findings).toMatchObject([{ code: 'PROOF_IMPOSSIBLE', severity: 'warning' }]);
  });

  it('sees what is done before the token is looked at', async () => {
    const store = { type: 'dbInsert', collection: 'notes', data: { a: '{{ input.a }}' } };
    const check = { type: 'authMiddleware' };
    const late = await prove([rules(needs('a')), store, check, done]);
    expect(late.findings).toMatchObject([{ code: 'PROOF_TOKEN_IGNORED', severity: 'error' }]);
    expect(late.findings[0]!.message).toContain('only after');
    expect((await prove([check, rules(needs('a')), store, done])).findings).toEqual([]);
  });
});

/** A sandbox that tells which passwords, hashes and tokens go through it. */
function recording(seen: Set<string>): Sandbox {
  return {
    open: async () => {
      const session = await memorySandbox().open();
      const { tokens, passwords } = session.ports;
      const keep = (secret: string) => {
        seen.add(secret);
        return secret;
      };
      const ports = {
        ...session.ports,
        tokens: {
          ...tokens!,
          sign: async (...args: Parameters<NonNullable<typeof tokens>['sign']>) =>
            keep(await tokens!.sign(...args)),
        },
        passwords: { ...passwords!, hash: async (plain: string) => keep(await passwords!.hash(keep(plain))) },
      };
      return { ...session, ports };
    },
  };
}
