import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

/** The server's tests are the longest of all and wait a lot: they take every core. Each file has its own database and ports. */
export default mergeConfig(shared, defineConfig({ test: { maxWorkers: '100%' } }));
