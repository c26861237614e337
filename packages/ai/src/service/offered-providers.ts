/** @module Which language models can be asked for, without their keys. */
import type { AiConfig } from '../select.ts';

/** A provider that a request may name. */
export interface OfferedProvider {
  name: string;
  model: string;
  /** Whether it is asked when a request names none. */
  default: boolean;
}

/** What can be asked for; `offline` only where it is configured. Loads the models' part of the package. */
export async function offeredProviders(settings: AiConfig): Promise<OfferedProvider[]> {
  const { configuredProviders, createDrafter } = await import('../index.ts');
  const names = configuredProviders(settings);
  const preferred = settings.provider ?? names[0];
  return names.map((provider) => {
    const { name, model } = createDrafter(settings, { provider });
    return { name, model, default: provider === preferred };
  });
}
