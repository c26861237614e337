/** @module Which language models can be asked for, without their keys. */
import type { AiSettings } from '../../config-ai.ts';

/** A provider that a request may name. */
export interface OfferedProvider {
  name: string;
  model: string;
  /** Whether it is asked when a request names none. */
  default: boolean;
}

/** What can be asked for; `offline` only where it is configured. The package behind it is loaded with the first question. */
export async function offeredProviders(settings: AiSettings): Promise<OfferedProvider[]> {
  const { configuredProviders, createDrafter } = await import('@orchestrix/ai');
  const names = configuredProviders(settings);
  const preferred = settings.provider ?? names[0];
  return names.map((provider) => {
    const { name, model } = createDrafter(settings, { provider });
    return { name, model, default: provider === preferred };
  });
}
