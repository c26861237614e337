/** @module Runs a workflow with the installed engine: no server, no database. */
import assert from 'node:assert/strict';
import { compile, execute, runEngine } from '@orchestrix/engine';

const steps = [
  { id: 'in', type: 'input', variables: [{ name: 'name', default: 'nobody' }] },
  { id: 'check', type: 'inputValidation', rules: [{ field: 'name', required: true, minLength: 2 }] },
  { id: 'out', type: 'response', statusCode: 201, body: { hello: '{{input.name}}' } },
];

const short = await runEngine(steps, { name: 'Ann' });
assert.equal(short.ok, true, JSON.stringify(short));
const plan = compile({ steps });
const result = await execute(plan, { input: { name: 'Ann' } });
assert.equal(result.ok, true, JSON.stringify(result));
assert.ok(JSON.stringify(result).includes('{"hello":"Ann"}'), JSON.stringify(result));
const refused = await execute(plan, { input: { name: 'A' } });
assert.equal(refused.ok, false);
console.log('the engine ran a workflow');
