/** @module Language models for Orchestrix: providers behind one interface, and workflows drafted with them, compiled and tried. */

export { type AIProvider, createAIProvider, type GenerationContext } from './ai-provider.ts';
export { drawWorkflow } from './builder/draw-workflow.ts';
export {
  type GeneratedGraph,
  type GenerateGraphOptions,
  type GenerationMetadata,
  generateBuilderGraph,
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
export { findFaults, type ProveGraphOptions, proveGraph } from './builder/prove-graph.ts';
export { sentSteps } from './builder/sent-steps.ts';
export type * from './drafting/drafter.ts';
export { createModelDrafter } from './drafting/model-drafter.ts';
export * from './errors.ts';
export { type Finding, POLICY_CODES, PROOF_CODES } from './finding.ts';
export type * from './generate/results.ts';
export { createWorkflowAi, type WorkflowAiParts } from './generate/workflow-ai.ts';
export { type Extracted, extractJson, MAX_JSON_TEXT } from './json/extract.ts';
export { createOfflineDrafter } from './offline/offline-drafter.ts';
export { applyPatch } from './patch/apply-patch.ts';
export { diffWorkflows } from './patch/diff-workflows.ts';
export type * from './patch/operations.ts';
export { checkPolicy } from './policy/check-policy.ts';
export type * from './progress.ts';
export { memorySandbox } from './proof/memory-sandbox.ts';
export type * from './proof/proof.ts';
export { type ProofOptions, proveWorkflow } from './proof/prove-workflow.ts';
export type * from './provider.ts';
export { withFallback } from './providers/fallback.ts';
export { createGeminiProvider } from './providers/gemini.ts';
export { createGroqProvider } from './providers/groq.ts';
export { createHuggingFaceProvider } from './providers/huggingface.ts';
export {
  type CompatibleOptions,
  createCompatibleProvider,
  createOpenAIProvider,
} from './providers/openai.ts';
export { MAX_PROMPT_LENGTH } from './request-text.ts';
export {
  type AiConfig,
  type AskOptions,
  configuredProviders,
  createDrafter,
  createProvider,
  PROVIDER_NAMES,
  type ProviderAccess,
  type ProviderName,
} from './select.ts';
