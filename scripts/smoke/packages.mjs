/** @module Imports every installed package; each must bring something. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
const names = Object.keys(dependencies).filter((name) => name.startsWith('@orchestrix/'));
for (const name of names) {
  const module = await import(name);
  assert.ok(Object.keys(module).length > 0, `${name} exports nothing`);
}
console.log(`imported ${names.join(', ')}`);
