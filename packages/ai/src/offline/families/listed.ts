/** @module The fields that a request lists, wherever it lists them. */
import type { Field } from '../field.ts';
import { readFieldList } from '../read-fields.ts';
import type { Reading } from '../reading.ts';

const INTRODUCTION =
  /(?:\b(?:with|takes?|taking|accepts?|accepting|has|have|having|including|includes?|containing|contains?|consist(?:s|ing) of|stor(?:es?|ing)|sav(?:es?|ing)|records?|collects?|collecting|sends?|sending|provid(?:es?|ing)|giv(?:es?|ing)|enters?|entering|receiv(?:es?|ing)|given|using|use|fields?(?: are)?|inputs?|parameters?|body|by|needs?|expects?|keeps?|wants?|based on|from|requires?|requir(?:ing|ed)|ask(?:s|ing)? for|properties|attributes|columns|posts?|whose|via)\b(?: (?:me|us|in)\b)?:? ?|: ?|;; ?|\()((?:(?:an?|the|my|their|his|her|its|both|these|following|only|fields?|values?|data|inputs?|properties|attributes|valid|new|like|such as|:)\b:? ?)*)/gi;
const END =
  /\s+(?:so that|so\b|(?:i|we) (?:want|need|would)\b|in order to|and then|then|to (?:create|register|sign|get|make|store|save|add|log)|when|if (?!given|any|present)|before|because|afterwards|into|in the database|to the database|in (?:my|our|the) (?:database|db)|and (?:it |the endpoint )?(?:stores?|saves?|creates?|inserts?|adds?|checks?|puts?|returns?|responds?|writes?|logs?|keeps?|records?|persists?))\b/i;

/** Tries the places where lists begin; the longest list is the one that was meant. */
export function listedFields(reading: Reading, known: readonly string[]): Field[] {
  let best: Field[] = [];
  for (const sentence of reading.sentences) {
    for (const match of [...sentence.matchAll(INTRODUCTION)].slice(0, 12)) {
      const fields = readFieldList(cutEnd(sentence.slice(match.index + match[0].length)), known).filter(
        isPlausible,
      );
      if (fields.length > best.length) best = fields;
    }
  }
  return best;
}

/** The part of a text that can be a list of fields. */
export function cutEnd(text: string): string {
  const end = END.exec(text);
  const cut = end ? text.slice(0, end.index) : text;
  const close = unopenedAt(cut);
  return close < 0 ? cut : cut.slice(0, close);
}

/** Where a bracket closes that was opened before the text began, or -1. */
function unopenedAt(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] === ')' && --depth < 0) return index;
  }
  return -1;
}

function isPlausible({ name }: Field): boolean {
  return (
    !/(?:[a-z]With[A-Z]|sign|log|register|endpoint|user[A-Z]|people|store|create|save|database|hash|welcome|account|customer[A-Z]|visitor|let[A-Z])/i.test(
      name,
    ) ||
    /^(?:accountType|accountNumber|account|storeName|storeId|signature|catalog\w*|login\w*|log|blog\w*|userName|username|userId|logo\w*|design\w*)$/i.test(
      name,
    )
  );
}
