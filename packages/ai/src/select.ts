/** @module Which provider the configuration asks for. */
import { AiTerminalError } from './errors.ts';
import type { ModelProvider, ProviderOptions } from './provider.ts';
import { createGeminiProvider } from './providers/gemini.ts';
import { createGroqProvider } from './providers/groq.ts';
import { createHuggingFaceProvider } from './providers/huggingface.ts';
import { createOpenAIProvider } from './providers/openai.ts';
import { createCompatibleProvider } from './providers/openai-compatible.ts';

/** Names of the providers, in the order in which the first one with a key is chosen. */
export const PROVIDER_NAMES = ['groq', 'openai', 'gemini', 'huggingface'] as const;

/** A provider by its name in the configuration. */
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** Access to one provider. */
export interface ProviderAccess {
  apiKey?: string;
  /** Default: the provider's. */
  model?: string;
  baseUrl?: string;
}

/** Access to all providers, and which one is wanted. */
export type AiConfig = { provider?: ProviderName } & Record<ProviderName, ProviderAccess>;

/**
 * The provider that is wanted, else the first with a key in the order of {@link PROVIDER_NAMES}. `openai` with an address but
 * without a key, when it is wanted by name, is a compatible server such as Ollama. Loads no SDK.
 *
 * @throws AiTerminalError `AI_NOT_CONFIGURED`, naming the variables to set
 */
export function createProvider(
  config: AiConfig,
  options: Pick<ProviderOptions, 'timeoutMs' | 'retry'> = {},
): ModelProvider {
  const name = config.provider ?? PROVIDER_NAMES.find((each) => config[each].apiKey);
  if (name === undefined) throw notConfigured(`set one of ${Object.values(KEYS).join(', ')}`);

  const { apiKey, model, baseUrl } = config[name];
  if (apiKey) {
    return CREATE[name]({ apiKey, ...(model && { model }), ...(baseUrl && { baseUrl }), ...options });
  }
  if (name !== 'openai' || !baseUrl) {
    throw notConfigured(`AI_PROVIDER is ${name}, so set ${KEYS[name]}`);
  }
  if (!model) throw notConfigured('OPENAI_BASE_URL without OPENAI_API_KEY needs OPENAI_MODEL');
  return createCompatibleProvider({ name, model, baseUrl, ...options });
}

const CREATE: Record<ProviderName, (options: ProviderOptions) => ModelProvider> = {
  groq: createGroqProvider,
  openai: createOpenAIProvider,
  gemini: createGeminiProvider,
  huggingface: createHuggingFaceProvider,
};

const KEYS: Record<ProviderName, string> = {
  groq: 'GROQ_API_KEY',
  openai: 'OPENAI_API_KEY',
  gemini: 'GEMINI_API_KEY',
  huggingface: 'HUGGINGFACE_API_KEY',
};

function notConfigured(what: string): AiTerminalError {
  return new AiTerminalError('AI_NOT_CONFIGURED', `No language model is configured: ${what}`);
}
