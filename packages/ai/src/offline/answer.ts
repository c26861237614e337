/** @module What a request says about the answer. */
import type { Field } from './field.ts';
import { readFieldList } from './read-fields.ts';
import { takeAll } from './read-request.ts';

/** The answer as it was asked for. */
export interface AnswerWish {
  status: number | null;
  /** Names of fields; `id` is the document's. */
  fields: string[];
  message: string | null;
  token: boolean;
  /** What is answered when something is wrong, as far as it was said. */
  refusals: Refusal[];
}

/** A status from 400 on, and the words that go with it. */
export interface Refusal {
  status: number;
  message: string | null;
}

const CLAUSE =
  /(?:^|,? ?(?:\b(?:and|then|finally|it should|should|afterwards|also|please|but|the (?:api|endpoint|response|answer))\b,? ?){0,4})\b(?:respond|responds|responding|repl(?:y|ies)|answers?(?!\s*(?:\(|,|$|and\b))|returns?|returning|gives? back|sends? back|outputs?|confirms?(?= with| by)|tells?(?= (?:the )?(?:caller|user|them))|(?:the )?response (?:should |must )?(?:be|is|contains?|includes?|has)|get back|hand back|give)\b(?! all\b)(?: me| them| the user| the caller| us| back)?(?: only| just)? ?([^;]*)$/i;
const STATUS =
  /,? ?(?:\b(?:and|with|as|using|return|respond|answer)\b ?){0,3}\(?(?:\b(?:a|an|the) )?(?:http )?(?:status(?: code)?(?: of)?:? ?([2-5]\d\d)|\b(20[0-9])\b(?: (?:status(?: code)?|created|ok|no content))?)\)?/i;

const QUOTE = /"([^"]{1,200})"/;
/** `When the credentials are wrong the API must answer with status 401`: a case, and what is answered then. */
const CONDITIONAL =
  /(?:^|,? ?(?:and|but|or) |[,;] ?|(?<=\w) )(?:when(?:ever)?|if|in case(?: of)?|otherwise|else|(?:on )?(?:failure|errors?)|(?:for )?(?:an? |any )?(?:wrong|invalid|bad|missing|unknown|duplicates?))\b(?: ?:)?(?:(?!\b20\d\b|\b(?:stor|sav|send|updat|mark|set|delet|remov|creat|insert|mail|chang|look|find|fetch|check)(?:e|es|s|ing|ed)?\b(?! (?:back |with )?(?:an? )?4\d\d))[^;]){0,90}?\b(?:answers?|responds?|repl(?:y|ies)|returns?|gives?|sends?|gets?|with|is|status|error|code|->|=>|:|an?)(?: (?:back|with|an?|the|http|status|code|error|be)){0,4}:? ?4\d\d\b(?: \(?(?:conflict|unauthori[sz]ed|not found|forbidden|error|bad request)\)?)?(?:,? ?(?:and|with|saying|:)? ?(?:an? |the )?(?:error )?(?:message|text|words|body)?:? ?"[^"]{1,200}")?/i;
/** `404 for an order we do not know`, `409 otherwise`. */
const UNKNOWN =
  /(?:^|[,;(] ?|,? ?(?:and|but|or) )(?:(?:answer|respond|reply|return|give|send)s?(?: with| back)?|must|should)? ?(?:an? |the )?(?:(?:http|status|error|code) ?){0,2}4\d\d(?: (?:error|status))?(?:,? ?(?:with )?(?:the |a )?(?:error )?(?:message|text)?:? ?"[^"]{1,200}")? (?:if|when|for|on|otherwise|in case|unless)\b[^;,]*/i;

/** Takes the part about the answer out of the sentences, as far as something else is left to do. */
export function takeAnswer(sentences: string[], known: readonly string[]): AnswerWish {
  const wish: AnswerWish = { status: null, fields: [], message: null, token: false, refusals: [] };
  const refusals = takeAll(
    sentences,
    /(?:,? ?(?:and|but|or) )?(?:,? ?(?:otherwise|else|if (?:it|they|there|the [\w ]{1,30}?|no \w+|not|none|nothing|[\w ]{1,20}?) ?(?:is |are |was |does |do )?(?:not |n't |no longer )?(?:found|exists?|there|known|missing|wrong|invalid|incorrect|match(?:es)?|unknown|taken|already \w+|in use|registered)?),? (?:already )?(?:(?:please |then |it should |should |we )?(?:return|respond|answer|reply|give|send)(?:s)?(?: with| back)?|is|->|:)? ?(?:an? |the )?(?:(?:http|status|error|code|status code) ){0,2}4\d\d[^;,]*|,? ?(?:and )?\b(?:with |return |respond with |give )?(?:a |an )?(?:status )?4\d\d (?:error )?(?:if|when|for|on|otherwise)\b[^;,]*|,? ?(?:and |or )?(?:error|fail|not found)(?:s)? (?:if|when) [^;,]*)/i,
  );
  for (const [text] of [...takeAll(sentences, CONDITIONAL), ...takeAll(sentences, UNKNOWN), ...refusals]) {
    const code = /\b4\d\d\b/.exec(text);
    if (code) wish.refusals.push({ status: Number(code[0]), message: QUOTE.exec(text)?.[1] ?? null });
  }
  for (let index = 0; index < sentences.length; index++) {
    const sentence = sentences[index]!;
    const match = CLAUSE.exec(sentence);
    if (!match) continue;
    const before = sentence.slice(0, match.index).trim();
    // What callers give is not what they get.
    if (/\b(?:i|we|they|callers?|users?|customers?|guests?|visitors?|people)$/i.test(before)) continue;
    const isFirst = index === 0 && !hasWork(before);
    if (isFirst) continue;
    readClause(match[1]!, wish, known);
    sentences[index] = before;
  }
  const status = takeAll(sentences, STATUS, 1)[0];
  if (status && wish.status === null) noteStatus(Number(status[1] ?? status[2]), wish);
  return wish;
}

/** A status from 400 on is never the answer to a call that went well. */
function noteStatus(status: number, wish: AnswerWish): void {
  if (status < 400) wish.status = status;
  else wish.refusals.push({ status, message: null });
}

/** Whether a part before the clause asks for something itself. */
function hasWork(text: string): boolean {
  return /\b(?:creat|add|sav|stor|insert|regist|sign|log|updat|chang|edit|delet|remov|find|fetch|get|look|list|search|post|submit|mark|set|put|patch|read|load|retriev|record|approv|book|receiv|accept|take|toggle|modif|webhook|check|verif)\w*\b/i.test(
    text
      .replace(
        /\b(?:build|create|make|write|add|need|want|give|design|set up)\b(?: me| us)? (?:an?|the) (?:[\w-]+ ){0,2}?(?:endpoint|api|route|workflow|service|function|get endpoint|get)\b/gi,
        ' ',
      )
      .replace(/\bto get\b|\bget (?:endpoint|route|api|request)\b/gi, ' '),
  );
}

function readClause(text: string, wish: AnswerWish, known: readonly string[]): void {
  const status = STATUS.exec(text);
  if (status) noteStatus(Number(status[1] ?? status[2]), wish);
  const rest = (status ? text.replace(status[0], ' ') : text).replace(/^\s*(?:with|back)\b/i, '').trim();
  const message = /"([^"]{1,200})"/.exec(rest) ?? /^(?:a |the )?message '([^']{1,200})'/.exec(rest);
  if (message && !/\{/.test(rest)) {
    wish.message = message[1]!;
    return;
  }
  if (/\b(?:token|jwt)\b/i.test(rest)) wish.token = true;
  const object = /\{([^{}]{1,200})\}/.exec(rest);
  const list = object ? object[1]!.replace(/:[^,]*/g, '') : rest.replace(/\b(?:only|just)\b/gi, '');
  if (
    /\b(?:success|everything|all|created|new (?!id)|updated|whole|full|list|documents?|confirmation|result|it|ok|saved|stored|deleted|token|error|user|nothing|empty|true|found)\b/i.test(
      list,
    ) &&
    !/\bid\b/i.test(list)
  )
    return;
  const read: Field[] = readFieldList(
    list.replace(/\bof (?:the|that|each|every|a|an|its|all) .*$/i, ''),
    known,
  );
  wish.fields = read
    .map(({ name }) =>
      /^_?id$|^(?:new|created|generated|inserted|document|stored)?[A-Za-z]*Id$/.test(name) &&
      !known.includes(name)
        ? 'id'
        : name,
    )
    .filter((name) => !/password|success|ok$/i.test(name))
    .slice(0, 20);
}
