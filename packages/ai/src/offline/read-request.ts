/** @module The text of a request, tidied: one line per sentence, bullets as separators of a list. */

/** Longest part of a request that is read, in characters; what stands behind it is hardly part of a small workflow. */
const MAX_READ = 4_000;

/** Stands where a bullet stood. */
export const BULLET = ' ;; ';

/** The sentences of a request, without their full stops. */
export function sentencesOf(prompt: string): string[] {
  return tidy(prompt)
    .split(/(?<=[\w)"'`\]}])[.!?]+(?=\s|$)|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => /[a-z]/i.test(sentence));
}

/** `name, email -> mail to …`: behind an arrow begins what is done with it. */
const ARROW_TO_WORK =
  /\s*(?:->|=>|→|⇒)\s*(?=(?:then |and )?(?:e-?mail|mail|send|notify|store|save|insert|put|write|log|forward|return|respond|answer|reply)s?\b)/gi;

function tidy(prompt: string): string {
  const lines = prompt
    .slice(0, MAX_READ)
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[–—]/g, ' - ')
    .replace(/\*\*|__/g, '')
    .replace(/\b(min|max|approx|incl|resp)\.(?= )/gi, '$1')
    .replace(
      /^[ \t]*(?:the )?([a-z]+(?: [a-z]+)?) (?:api|endpoint|service) *[-:] *(create|add|list|get|update|delete)[ \t]*$/im,
      '$2 a $1 with',
    )
    .replace(ARROW_TO_WORK, '\n')
    .replace(/\b(min|max|approx|incl|no|nr)\.\s*(?=\d)/gi, '$1 ')
    .replace(/\b(?:e\.g\.|i\.e\.|for example),?/gi, ' such as ')
    .split(/\r?\n/);
  let text = '';
  let inList = false;
  for (const line of lines) {
    const bullet = /^\s*(?:[-*•+]|\d{1,2}[.)])\s+(\S.*)$/.exec(line);
    if (bullet) text = withBullet(text, bullet[1]!.replace(/[.;,]\s*$/, ''));
    else if (line.trim() === '') text += inList || !text.trimEnd().endsWith(':') ? '\n' : ' ';
    else text += `${inList || !/[:,]\s*$/.test(text) ? '\n' : ' '}${line}`;
    inList = bullet !== null || (inList && line.trim() === '');
  }
  return text;
}

/** A bullet that names fields belongs to the list; one that says what to do is a sentence of its own. */
function withBullet(text: string, item: string): string {
  const fields = FIELDS_ITEM.exec(item);
  if (fields) return `${text.trimEnd()} with ${fields[1]!}`;
  const verb = /^(create|add|save|list|get|read|update|delete|remove|search)$/i.exec(item);
  const title = /(?:^|\n)([\w ]{2,40}?) (?:api|endpoint|service)[:.]?$/i.exec(text.trimEnd());
  if (verb && title)
    return `${text.slice(0, text.length - title[0].length)}\n${verb[1]!} a ${title[1]!.trim()} with`;
  return INSTRUCTION.test(item) ? `${text}\n${item}` : `${text}${BULLET}${item}`;
}

const FIELDS_ITEM =
  /^(?:fields?|inputs?|body|data|params?|parameters|payload|takes|attributes|columns|values)\s*[:=]\s*(.+)$/i;
const INSTRUCTION =
  /^(?:(?:store|save|keep|put|insert|write|reply|respond|returns?|answers?|sends? (?:an? )?(?:e-?mail|mail|back)|e?-?mail (?:the|them|it|me|to)|notify|sort(?:ed)?|order(?:ed)? by|newest|oldest|latest|update|set|delete|remove|only|unknown|if|when|unless|reject|refuse|(?:the )?callers? (?:must|has|sends?|needs)|requires?|log ?in|auth|admins?|\d+ per page|status becomes|log|find|look up|check|validate|with status|no)\b(?! ?:)|.*\b(?:must|has to|should|is to) be unique\b|.*(?:->|:) ?\d{3}$)/i;

/**
 * Takes every part of the sentences that matches out of them.
 *
 * @param pattern without the flag `g`
 */
export function takeAll(sentences: string[], pattern: RegExp, most = 5): RegExpExecArray[] {
  const taken: RegExpExecArray[] = [];
  for (let index = 0; index < sentences.length; index++) {
    while (taken.length < most) {
      const sentence = sentences[index]!;
      const match = pattern.exec(sentence);
      if (!match || match[0] === '') break;
      taken.push(match);
      sentences[index] = `${sentence.slice(0, match.index)} ${sentence.slice(match.index + match[0].length)}`
        .replace(/\s+/g, ' ')
        .trim();
    }
  }
  return taken;
}

/** The first part that matches, taken out. */
export function takeFirst(sentences: string[], pattern: RegExp): RegExpExecArray | null {
  return takeAll(sentences, pattern, 1)[0] ?? null;
}
