/** @module The drafter without a model: ordinary English of common families, read by rules. */
import type { Drafter } from '../drafting/drafter.ts';
import { changeRequest } from './change/change-request.ts';
import { draftRequest } from './draft-request.ts';
import { readIntent } from './read-intent.ts';

/** A drafter that works anywhere and always answers the same. It never rejects and knows no repairs. */
export function createOfflineDrafter(): Drafter {
  return {
    name: 'offline',
    model: 'rules',
    async draft(prompt, context) {
      return draftRequest(prompt, context);
    },
    async repair() {
      return null;
    },
    async change({ prompt, existing, context }) {
      return changeRequest(prompt, existing, context);
    },
    async intent(prompt, context) {
      return readIntent(prompt, context);
    },
  };
}
