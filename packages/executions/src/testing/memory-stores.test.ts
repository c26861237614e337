/** @module Stores in memory do what every store has to do. */
import { test } from 'vitest';
import { createMemoryStores } from './memory-stores.ts';
import { EXECUTION_STORE_CASES } from './store-cases.ts';

test.each(EXECUTION_STORE_CASES)('$name', ({ run }) => run(createMemoryStores()));
