import type { Options } from 'tsup';

/** The build of every publishable package: ESM with types and source maps, one file an entry point. */
export const library = (entry: NonNullable<Options['entry']>): Options => ({
  entry,
  format: ['esm'],
  target: 'node22',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
  clean: true,
  treeshake: true,
});
