/** @module The part of the configuration that is about language models. */
import { PROVIDERS, type Provider, type ProviderChoice, type VariableValues } from './config-variables.ts';

/** Access to one language-model provider; a provider without a key is not offered. */
export interface ProviderConfig {
  apiKey?: string;
  /** Name of the model; the provider's default when absent. */
  model?: string;
  /** Another address for the provider's API, without a trailing slash. */
  baseUrl?: string;
}

/** How much of language models an owner may use. */
export interface AiLimits {
  requestsPerMinute: number;
  /** Tokens of questions and answers together; `0` for no limit. */
  tokensPerDay: number;
}

/** Language models: which, in which order, and how much of them. */
export type AiSettings = {
  /** Absent: the first provider with a key. */
  provider?: ProviderChoice;
  /** Providers to ask when that one fails, in this order. */
  fallback: Provider[];
  /** How often findings go back to the model. */
  maxRepairs: number;
  /** How long one request to a provider may take, in milliseconds. */
  timeoutMs: number;
  limits: AiLimits;
} & Record<Provider, ProviderConfig>;

/** What the variables say about language models. */
export function readAiSettings(values: VariableValues): AiSettings {
  return {
    ...providers(values),
    ...(values.AI_PROVIDER && { provider: values.AI_PROVIDER }),
    fallback: values.AI_FALLBACK ?? [],
    maxRepairs: values.AI_MAX_REPAIRS ?? 2,
    timeoutMs: values.AI_TIMEOUT_MS ?? 60_000,
    limits: {
      requestsPerMinute: values.AI_REQUESTS_PER_MINUTE ?? 20,
      tokensPerDay: values.AI_TOKENS_PER_DAY ?? 500_000,
    },
  };
}

function providers(values: VariableValues): Record<Provider, ProviderConfig> {
  const keys: Record<Provider, string | undefined> = {
    groq: values.GROQ_API_KEY,
    openai: values.OPENAI_API_KEY ?? values.OPENAI_KEY,
    gemini: values.GEMINI_API_KEY,
    huggingface: values.HUGGINGFACE_API_KEY ?? values.HF_API_KEY,
  };
  const entries = PROVIDERS.map((provider) => {
    const prefix = provider.toUpperCase() as Uppercase<Provider>;
    const model = values[`${prefix}_MODEL`];
    const baseUrl = values[`${prefix}_BASE_URL`];
    const apiKey = keys[provider];
    return [provider, { ...(apiKey && { apiKey }), ...(model && { model }), ...(baseUrl && { baseUrl }) }];
  });
  return Object.fromEntries(entries) as Record<Provider, ProviderConfig>;
}
