import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

/** Every test has a server or a database of its own and waits a lot: they take every core. */
export default mergeConfig(shared, defineConfig({ test: { maxWorkers: '100%' } }));
