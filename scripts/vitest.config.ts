import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.ts';

/** The scripts' own tests lie beside them. */
export default mergeConfig(shared, defineConfig({ test: { include: ['*.test.ts'] } }));
