/** @module The single wishes in a sentence. */

const POLITE =
  /^(?:(?:please|kindly|can you|could you|would you|now|and|then|also|additionally|furthermore|moreover|(?:i|we)(?: also)? (?:want|need)(?: you)?(?: also)? to|(?:i|we)(?:'d| would)(?: also)? like(?: you)?(?: also)? to|we (?:also )?(?:should|must|have to)|(?:it|the (?:workflow|endpoint|api|service))(?: also)? (?:should|must|has to|needs to|shall)(?: also)?|let's|pls|just|ok|okay|next|one more thing|by the way|hi|hello|thanks|great|good|perfect|nice)\b[,.:!]? ?)+/i;
const VERB =
  "send|notify|mail|e-?mail|thank|inform|alert|tell|return|answer|respond|reply|make|add|remove|rename|sort|order|limit|protect|delete|drop|require|set|change|don't|do not|let|wait|reject|refuse|store|save|keep|log|show|hide|use|only|allow|put";
const JOINT = new RegExp(
  `(?:,|;)? (?:and|but|then|and then)(?: also| please| then)? (?=(?:${VERB})\\b|(?:the )?\\w+ (?:is|are|to|=) (?:always |set to )?(?:true|false|_+|\\d+)$)|; ?`,
  'gi',
);

/** A wish without the words of politeness at its front. */
export function plainWish(sentence: string): string {
  return sentence
    .replace(POLITE, '')
    .replace(/,? (?:please|thanks|thank you)\W*$/i, '')
    .trim();
}

/** The parts of a sentence that may be wishes of their own: `remove the mail and answer 202` has two. */
export function wishesIn(sentence: string): string[] {
  const masked = sentence.replace(/"[^"]*"|'[^']{2,}'|\([^)]*\)/g, (part) => '_'.repeat(part.length));
  const parts: string[] = [];
  let start = 0;
  for (const match of masked.matchAll(JOINT)) {
    parts.push(sentence.slice(start, match.index));
    start = match.index + match[0].length;
  }
  parts.push(sentence.slice(start));
  return parts.map((part) => part.replace(/^[\s;]+|[\s;,]+$/g, '')).filter((part) => /[a-z0-9]/i.test(part));
}
