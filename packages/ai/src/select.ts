/** @module Which provider the configuration asks for. */
import type { Drafter } from './drafting/drafter.ts';
import { createModelDrafter } from './drafting/model-drafter.ts';
import { AiTerminalError } from './errors.ts';
import { OFFLINE } from './generate/usage-meter.ts';
import { createOfflineDrafter } from './offline/offline-drafter.ts';
import type { ModelProvider, ProviderOptions } from './provider.ts';
import { withFallback } from './providers/fallback.ts';
import { createGeminiProvider } from './providers/gemini.ts';
import { createGroqProvider } from './providers/groq.ts';
import { createHuggingFaceProvider } from './providers/huggingface.ts';
import { createCompatibleProvider, createOpenAIProvider } from './providers/openai.ts';

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
export type AiConfig = {
  /** `offline`: the drafter without a model, which is never chosen unasked. */
  provider?: ProviderName | typeof OFFLINE;
  /** Who is asked, in this order, when the provider cannot answer at the moment; those without access are passed over. */
  fallback?: readonly ProviderName[];
} & Record<ProviderName, ProviderAccess>;

/** How providers are asked. */
export type AskOptions = Pick<ProviderOptions, 'timeoutMs' | 'retry'>;

/**
 * The provider that is wanted, else the first with a key in the order of {@link PROVIDER_NAMES}; behind it those of
 * `config.fallback`. `openai` with an address but without a key, when it is wanted by name, is a compatible server such as
 * Ollama. Loads no SDK.
 *
 * @throws AiTerminalError `AI_NOT_CONFIGURED`, naming the variables to set
 */
export function createProvider(config: AiConfig, options: AskOptions = {}): ModelProvider {
  const name = config.provider ?? PROVIDER_NAMES.find((each) => config[each].apiKey);
  if (name === undefined) {
    throw notConfigured(
      `set one of ${Object.values(KEYS).join(', ')}, or AI_PROVIDER=${OFFLINE} to try without one`,
    );
  }
  if (name === OFFLINE) throw notConfigured(`AI_PROVIDER is ${OFFLINE}`);
  const others = (config.fallback ?? []).filter((each) => each !== name && isConfigured(config, each));
  return withFallback([
    access(config, name, options),
    ...others.map((each) => access(config, each, options)),
  ]);
}

/**
 * Whoever drafts: a model, or the offline drafter when it is wanted by name.
 *
 * @param options `provider`: the one that a request names; it is asked alone, without fallback
 * @throws AiTerminalError `AI_NOT_CONFIGURED`, naming the variables to set; `AI_PROVIDER_UNKNOWN` for a request that names
 * one that is not configured
 */
export function createDrafter(
  config: AiConfig,
  options: AskOptions & { provider?: string | undefined } = {},
): Drafter {
  const { provider: named, ...asking } = options;
  const usable = configuredProviders(config);
  const name = named === undefined ? undefined : usable.find((each) => each === named);
  if (named !== undefined && name === undefined) throw unknownProvider(named, usable);
  if ((name ?? config.provider) === OFFLINE) return createOfflineDrafter();

  const { fallback, ...alone } = config;
  const provider = createProvider(name === undefined ? config : { ...alone, provider: name }, asking);
  return createModelDrafter(provider);
}

/** Names that a request may ask for; the first one is the default. */
export function configuredProviders(config: AiConfig): (ProviderName | typeof OFFLINE)[] {
  const withAccess = PROVIDER_NAMES.filter((name) => isConfigured(config, name));
  const { provider } = config;
  if (provider === OFFLINE) return [OFFLINE, ...withAccess];
  return [...withAccess].sort((a, b) => Number(b === provider) - Number(a === provider));
}

function isConfigured(config: AiConfig, name: ProviderName): boolean {
  const { apiKey, model, baseUrl } = config[name];
  return Boolean(apiKey) || (name === 'openai' && Boolean(baseUrl && model));
}

function access(config: AiConfig, name: ProviderName, options: AskOptions): ModelProvider {
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

function unknownProvider(name: string, usable: readonly string[]): AiTerminalError {
  const known = usable.length === 0 ? 'none is configured' : `configured: ${usable.join(', ')}`;
  return new AiTerminalError(
    'AI_PROVIDER_UNKNOWN',
    `The provider "${name.slice(0, 40)}" cannot be used here (${known})`,
    {
      configured: usable,
    },
  );
}
