/** @module Drafting for many callers: admission, masked secrets, progress that can be followed. The models are loaded on first use. */
export {
  type AdmittedRequest,
  type AiAdmission,
  type AiMetrics,
  type AiUse,
  type AiWorker,
  createAiAdmission,
} from './admission.ts';
export {
  type AiService,
  type AiServiceParts,
  type AiServiceRequest,
  type AiServiceSettings,
  type AiWork,
  createAiService,
  type NoticedIntent,
} from './ai-service.ts';
export {
  type AiAllowance,
  type AiAllowanceParts,
  type AiCaller,
  type AiLimits,
  type AiUsageReport,
  type AiUsageStore,
  createAiAllowance,
} from './allowance.ts';
export { AI_LIMIT_ERRORS } from './errors.ts';
export { Generation, type GenerationEnd, type GenerationEvent } from './generation.ts';
export { Generations } from './generations.ts';
export { MASK, type MaskedPrompt, maskPrompt } from './mask-prompt.ts';
export { type OfferedProvider, offeredProviders } from './offered-providers.ts';
