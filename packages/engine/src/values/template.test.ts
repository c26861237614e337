import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePath, type Variables } from './path.ts';
import { compileValue, resolveObject } from './template.ts';

const variables: Variables = {
  input: { email: 'ann@x.io', age: 30, nul: null, obj: { city: 'Rome' }, list: [{ n: 1 }], größe: 7 },
  found: null,
  created: { _id: '65a1' },
  list: [{ n: 1 }, { n: 2 }],
};
const resolve = (value: unknown) => resolveObject(variables, value);

describe('rule 1: a whole reference keeps the type', () => {
  test.each([
    ['{{ input.age }}', 30],
    ['{{input.age}}', 30],
    ['input.age', 30],
    ['{{\tinput.age\n}}', 30],
    ['input', variables.input],
    ['list.1.n', 2],
    ['{{ list.0 }}', { n: 1 }],
    ['found', null],
    ['input.größe', 7],
    ['list.length', 2],
  ])('%j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test('a bare text is not trimmed first', () => {
    expect(resolve(' input.age')).toBe(' input.age');
  });
});

describe('rule 2: inside a text it becomes text', () => {
  test.each([
    ['Age {{input.age}}!', 'Age 30!'],
    [' {{input.age}}', ' 30'],
    ['{{input.age}}{{input.nul}}|{{input.ghost}}', '30|'],
    ['x {{input.obj}}', 'x {"city":"Rome"}'],
  ])('%j', (value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test('a text that would grow beyond all bounds is refused instead of built', () => {
    const big = { input: { text: 'x'.repeat(1_000_000) } };
    expect(() => resolveObject(big, '{{input.text}} '.repeat(1000))).toThrow(/too large/);
  });
});

describe('rule 3: in braces a single name falls back to the caller', () => {
  test.each([
    ['{{email}}', 'ann@x.io'],
    ['email', 'email'],
    ['{{obj.city}}', '{{obj.city}}'],
    ['{{ghost}}', '{{ghost}}'],
    ['Hi {{email}}', 'Hi ann@x.io'],
  ])('%j', (value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test('a variable of that name goes first', () => {
    expect(resolveObject({ input: { a: 1 }, a: 2 }, '{{a}}')).toBe(2);
  });

  test('a caller without values has none to fall back to', () => {
    expect(resolveObject({}, '{{a}}')).toBe('{{a}}');
    expect(resolveObject({ input: null }, '{{a}}')).toBe('{{a}}');
  });
});

describe('rule 4: an unknown root leaves the text as it is', () => {
  test.each([
    ['{{ ghost.a }}'],
    ['ghost.a'],
    ['a {{ ghost.a }} b'],
    ['{{ ghost }}'],
    ['{{}}'],
    ['{{ }}'],
    ['}}{{'],
  ])('%j', (value) => {
    expect(resolve(value)).toBe(value);
  });

  test.each([
    ['toString'],
    ['{{ toString }}'],
    ['{{ input.constructor.name }}'],
    ['{{__proto__}}'],
    ['input.__proto__'],
  ])('%s never reaches a prototype', (value) => {
    expect(resolve(value)).toBe(value);
  });
});

describe('rule 5: a known root with a missing rest has no value', () => {
  test('alone it is undefined, in an object or a list it is left out', () => {
    expect(resolve('{{ input.ghost }}')).toBeUndefined();
    expect(resolve('input.ghost')).toBeUndefined();
    expect(resolve('found.name')).toBeUndefined();
    expect(resolve({ a: 'input.ghost', b: 1, c: { d: '{{input.ghost}}' } })).toEqual({ b: 1, c: {} });
    expect(Object.keys(resolve({ a: 'input.ghost' }) as object)).toEqual([]);
    expect(resolve(['{{input.ghost}}', 1])).toEqual([1]);
  });

  test('an observer hears of it, with the place', () => {
    const missing: string[] = [];
    compileValue({ a: [{ b: '{{ input.ghost }}' }] }).resolve(variables, {
      missing: ({ path, at }) => missing.push(`${at.join('.')}=${path}`),
    });
    expect(missing).toEqual(['a.0.b=input.ghost']);
  });
});

describe('rule 6: keys, one pass, other types', () => {
  test('keys are never templates', () => {
    expect(resolve({ '{{input.age}}': 1, 'input.age': '{{input.age}}' })).toEqual({
      '{{input.age}}': 1,
      'input.age': 30,
    });
  });

  test('what a variable holds is not parsed again', () => {
    expect(resolveObject({ input: { a: '{{input.b}}', b: 'secret' } }, '{{input.a}} {{input.a}}')).toBe(
      '{{input.b}} {{input.b}}',
    );
    expect(resolveObject({ input: { a: 'input.b', b: 'secret' } }, 'input.a')).toBe('input.b');
  });

  test('other types pass unchanged, the very same', () => {
    const date = new Date();
    const pattern = /x/;
    for (const value of [1, true, null, undefined, date, pattern, 5n]) expect(resolve(value)).toBe(value);
    expect((resolve({ date, a: '{{input.age}}' }) as { date: Date }).date).toBe(date);
  });

  test('an own __proto__ key of a value with references is dropped and sets nothing', () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"a":"{{input.age}}"}') as unknown;
    const resolved = resolve(value) as Record<string, unknown>;
    expect(Object.keys(resolved)).toEqual(['a']);
    expect(resolved.admin).toBeUndefined();
  });
});

describe('braces in unusual company', () => {
  test.each([
    ['{{{input.age}}}', '{30}'],
    ['{{{{input.age}}}}', '{{30}}'],
    ['{{input.age}', '{{input.age}'],
    ['{input.age}}', '{input.age}}'],
    ['{{ a b {{input.age}}', '{{ a b 30'],
    ['{{ a b }} {{input.age}}', '{{ a b }} 30'],
    ['{{input.age}}}}', '30}}'],
    ['{{"a":{{input.age}}}}', '{{"a":30}}'],
    ['{{input.age}} {{', '30 {{'],
  ])('%j', (value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test('a megabyte of braces is read in one go', () => {
    // Quadratic work here would take minutes and run into the time limit of the test.
    const braces = `${'{'.repeat(1_000_000)}}}`;
    expect(resolve(braces)).toBe(braces);
    const pairs = '{{ a b }}'.repeat(100_000);
    expect(resolve(pairs)).toBe(pairs);
  });
});

describe('compileValue', () => {
  test('tells every reference and where it stands', () => {
    const template = compileValue({ a: 'x {{ input.b }} {{c}}', d: ['e.f'] });
    expect(template.references.map(({ path, braced, at }) => [path, braced, at])).toEqual([
      ['input.b', true, ['a']],
      ['c', true, ['a']],
      ['e.f', false, ['d', 0]],
    ]);
    expect(template.isConstant).toBe(false);
    expect(compileValue({ a: 'plain text', b: [1, { c: null }] }).isConstant).toBe(true);
  });

  test('render transforms what comes from variables and nothing else', () => {
    const loud = (text: string) => text.toUpperCase();
    expect(compileValue('a {{input.email}} {{ghost}}').render(variables, loud)).toBe('a ANN@X.IO {{ghost}}');
    expect(compileValue('input.email').render(variables, loud)).toBe('ANN@X.IO');
    expect(compileValue('nothing').render(variables, loud)).toBe('nothing');
  });

  test('an observer may say what stands for a reference in braces that nothing has set', () => {
    const asked: string[] = [];
    const unknown = ({ path }: { path: string }) => {
      asked.push(path);
      return undefined;
    };
    const source = {
      a: '{{ ghost }}',
      b: 'x{{ ghost.name }}y',
      c: ['{{ ghost }}', 1],
      d: 'ghost.name',
      e: '{{ input.age }}',
    };
    const template = compileValue(source);
    expect(template.resolve(variables, { unknown })).toEqual({ b: 'xy', c: [1], d: 'ghost.name', e: 30 });
    expect(asked).toEqual(['ghost', 'ghost.name', 'ghost']);
    expect(template.resolve(variables, {})).toEqual({ ...source, e: 30 });
  });

  test('refuses a value deeper than any form makes', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => compileValue(deep)).toThrow(/levels deep/);
  });
});

describe('for all values', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '{{',
      '}}',
      '{{input.email}}',
      'input',
      '__proto__',
      '{{toString}}',
      '{{input.constructor}}',
      'a.b',
    ),
    fc
      .array(fc.constantFrom('{', '}', 'input', '.', 'email', ' ', '__proto__', 'x'))
      .map((parts) => parts.join('')),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  test('resolveObject never throws and never returns anything inherited', () => {
    fc.assert(
      fc.property(json, fc.jsonValue(), (value, input) => {
        const resolved = resolveObject({ input }, value);
        expect(typeof resolved).not.toBe('function');
        expect(resolved === Object.prototype || resolved === Array.prototype).toBe(false);
        JSON.stringify(resolved);
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  test('a text without braces that is no path is unchanged', () => {
    fc.assert(
      fc.property(
        text.filter((one) => !one.includes('{{') && parsePath(one) === null),
        (one) => {
          expect(resolve(one)).toBe(one);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a value is not changed by resolving it', () => {
    fc.assert(
      fc.property(json, (value) => {
        const before = JSON.stringify(value);
        resolve(value);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
