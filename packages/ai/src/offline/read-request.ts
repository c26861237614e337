/** @module The text of a request, tidied: one line per sentence, bullets as separators of a list. */

/** Longest part of a request that is read, in characters; what stands behind it is hardly part of a small workflow. */
const MAX_READ = 6_000;

/** Stands where a bullet stood. */
export const BULLET = ' ;; ';

/** The sentences of a request, without their full stops. */
export function sentencesOf(prompt: string): string[] {
  return tidy(prompt)
    .split(/(?<=[\w)"'`\]}])[.!?]+(?=\s|$)|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => /[a-z]/i.test(sentence));
}

function tidy(prompt: string): string {
  const lines = prompt
    .slice(0, MAX_READ)
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[–—]/g, ' - ')
    .replace(/\*\*|__/g, '')
    .replace(/\b(?:e\.g\.|i\.e\.|for example),?/gi, ' such as ')
    .split(/\r?\n/);
  let text = '';
  let inList = false;
  for (const line of lines) {
    const bullet = /^\s*(?:[-*•+]|\d{1,2}[.)])\s+(\S.*)$/.exec(line);
    if (bullet) text += `${BULLET}${bullet[1]!.replace(/[.;,]\s*$/, '')}`;
    else if (line.trim() === '') text += inList || !text.trimEnd().endsWith(':') ? '\n' : ' ';
    else text += `${inList || !/[:,]\s*$/.test(text) ? '\n' : ' '}${line}`;
    inList = bullet !== null || (inList && line.trim() === '');
  }
  return text;
}

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
