/** @module Stores in memory, and what every store has to do. */
export { createMemoryStores } from './memory-stores.ts';
export { EXECUTION_STORE_CASES, type StoreCase, type StoresUnderTest } from './store-cases.ts';
