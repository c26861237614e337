/** @module Which language models can be asked for, without their keys. */
import type { AiSettings } from '../../config-ai.ts';
import { PROVIDERS } from '../../config-variables.ts';

/** A provider that a request may name. */
export interface OfferedProvider {
  name: string;
  model: string;
  /** Whether it is asked when a request names none. */
  default: boolean;
}

/** What can be asked for; `offline` only where it is configured. */
export async function offeredProviders(settings: AiSettings): Promise<OfferedProvider[]> {
  if (settings.provider === 'offline') {
    const { createDrafter } = await import('@orchestrix/ai');
    const { name, model } = createDrafter(settings);
    return [{ name, model, default: true }, ...(await modelsOf(settings))];
  }
  return modelsOf(settings);
}

async function modelsOf(settings: AiSettings): Promise<OfferedProvider[]> {
  const { createProvider } = await import('@orchestrix/ai');
  const names = PROVIDERS.filter((name) => isConfigured(settings, name));
  const preferred = settings.provider ?? names[0];
  return names.map((name) => {
    const { model } = createProvider({ ...settings, provider: name });
    return { name, model, default: name === preferred };
  });
}

/** A server that speaks OpenAI's language needs no key, but an address and a model. */
function isConfigured(settings: AiSettings, name: (typeof PROVIDERS)[number]): boolean {
  const { apiKey, model, baseUrl } = settings[name];
  if (apiKey) return true;
  return name === 'openai' && settings.provider === 'openai' && Boolean(model && baseUrl);
}
