/** @module The part of the configuration that is about language models. */
import type { ProviderAccess } from '@orchestrix/ai';
import type { AiLimits, AiServiceSettings } from '@orchestrix/ai/service';
import { PROVIDERS, type Provider, type VariableValues } from './config-variables.ts';

/** Language models: which, in which order, and how much of them. */
export type AiSettings = AiServiceSettings & { fallback: readonly Provider[]; limits: AiLimits };

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

function providers(values: VariableValues): Record<Provider, ProviderAccess> {
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
  return Object.fromEntries(entries) as Record<Provider, ProviderAccess>;
}
