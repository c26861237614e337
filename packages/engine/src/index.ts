export type * from './definition.ts';
export * from './errors.ts';
export type * from './ports.ts';
