import { builtinRegistry } from '@orchestrix/engine';
import { expect, it } from 'vitest';
import { resolveType } from './resolve-type.ts';
import { readTypes } from './type-facts.ts';

const types = readTypes(builtinRegistry);

it.each([
  ['dbFind', 'dbFind'],
  ['DBFIND', 'dbFind'],
  ['db_find', 'dbFind'],
  ['dbFnd', 'dbFind'],
  ['Send Email', 'emailSend'],
  ['sendEmail', 'emailSend'],
  ['validateInput', 'inputValidation'],
  ['database insert', 'dbInsert'],
  ['responce', 'response'],
  ['db', undefined],
  ['teleport', undefined],
  ['', undefined],
  ['x'.repeat(500), undefined],
])('%s means %s', (name, type) => {
  expect(resolveType(name, types)).toBe(type);
});
