/** @module Language models for Orchestrix: providers behind one interface, and workflow graphs drafted with them. */

export {
  type GeneratedGraph,
  type GenerateGraphOptions,
  type GenerationMetadata,
  generateBuilderGraph,
  MAX_PROMPT_LENGTH,
} from './builder/generate-graph.ts';
export {
  BUILDER_NODE_TYPES,
  type BuilderEdge,
  type BuilderGraph,
  type BuilderNode,
  type BuilderNodeType,
} from './builder/graph.ts';
export { normalizeBuilderGraph } from './builder/normalize-graph.ts';
export type { Collections } from './builder/prompt.ts';
export * from './errors.ts';
export { type Extracted, extractJson, MAX_JSON_TEXT } from './json/extract.ts';
export type * from './provider.ts';
export { createGeminiProvider } from './providers/gemini.ts';
export { createGroqProvider } from './providers/groq.ts';
export { createHuggingFaceProvider } from './providers/huggingface.ts';
export { createOpenAIProvider } from './providers/openai.ts';
export { type CompatibleOptions, createCompatibleProvider } from './providers/openai-compatible.ts';
export {
  type AiConfig,
  createProvider,
  PROVIDER_NAMES,
  type ProviderAccess,
  type ProviderName,
} from './select.ts';
