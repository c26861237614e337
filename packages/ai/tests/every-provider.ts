/** @module Every provider, made for a local server: what the contract suite runs over. */
import {
  createCompatibleProvider,
  createGeminiProvider,
  createGroqProvider,
  createHuggingFaceProvider,
  createOpenAIProvider,
  type ModelProvider,
  type ProviderOptions,
} from '../src/index.ts';
import type { WireFormat } from './model-server.ts';

/** A key of the right look, which must never come out again. */
export const KEY = 'hf_VERY5secret6KEY7never8shown9';

export interface ProviderUnderTest {
  name: string;
  format: WireFormat;
  /** Where requests have to arrive. */
  path: RegExp;
  /** Name of the field for the longest answer. */
  create(url: string, options?: Partial<ProviderOptions>): ModelProvider;
}

export const EVERY_PROVIDER: ProviderUnderTest[] = [
  {
    name: 'groq',
    format: 'chat',
    path: /^\/openai\/v1\/chat\/completions$/,
    create: (url, options) => createGroqProvider({ apiKey: KEY, baseUrl: `${url}/openai/v1/`, ...options }),
  },
  {
    name: 'openai',
    format: 'chat',
    path: /^\/v1\/chat\/completions$/,
    create: (url, options) => createOpenAIProvider({ apiKey: KEY, baseUrl: `${url}/v1`, ...options }),
  },
  {
    name: 'gemini',
    format: 'gemini',
    path: /^\/v1beta\/models\/[\w.-]+:(?:generateContent|streamGenerateContent\?alt=sse)$/,
    create: (url, options) => createGeminiProvider({ apiKey: KEY, baseUrl: url, ...options }),
  },
  {
    name: 'huggingface',
    format: 'chat',
    path: /^\/v1\/chat\/completions$/,
    create: (url, options) => createHuggingFaceProvider({ apiKey: KEY, baseUrl: `${url}/v1`, ...options }),
  },
  {
    name: 'openai-compatible',
    format: 'chat',
    path: /^\/v1\/chat\/completions$/,
    create: (url, options) =>
      createCompatibleProvider({ apiKey: KEY, model: 'local', baseUrl: `${url}/v1`, ...options }),
  },
];
