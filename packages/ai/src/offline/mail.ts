/** @module Mails that a request asks for. */
import { takeFirst } from './read-request.ts';

/** A mail as it was asked for. */
export interface MailWish {
  /** The words of the request. */
  text: string;
  /** An address that is written in the request. */
  address: string | null;
  /** The mail goes to the person who is calling or whom the document is about. */
  toPerson: boolean;
  subject: string | null;
  body: string | null;
  kind: 'welcome' | 'confirmation' | 'notification';
}

export const ADDRESS = /[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,4}/;

/** Where a part of a sentence about a mail ends: what comes next is another wish. */
const END =
  '(?=$|;|,? (?:(?:and|also|plus|then|additionally) )+(?:send|mail|e-?mail|notify|inform)(?:s|ing)?\\b|,? (?:and|then|and then|before|but) (?:then |also |finally )?(?:it )?(?:should )?(?:respond|return|repl(?:y|ies)|answer|stor|sav|insert|delet|remov|updat|put|keep|persist|record|log|give|set)(?:s|es|e|ing)?\\b|,? (?:respond|return|repl(?:y|ies)|answer)(?:s|ing)?\\b)';
const LEAD =
  '(?:,? ?(?:and|then|,|also|it|afterwards|finally|should|additionally|plus|which|that|please)\\b,? ?){0,4}';
const QUOTED = `(?:"[^"]*"|'[^']*'|[^;"'])`;
const NOUN =
  '(?:e-?mails?|mails?|messages?(?= to\\b)|notifications?|notices?|confirmations?(?: e-?mails?| mails?)?|receipts?(?= to)|alerts?|welcome \\w+|reminders?|acknowledg\\w+|thank[- ]you(?: e-?mails?| note| mail| message)?|note(?= to)|cop(?:y|ies)(?= to)|(?:it|them|this|everything|the (?:message|request|details|content|data))(?= (?:also )?(?:by e-?mail )?to\\b))';
const PATTERNS = [
  `${LEAD}\\b(?:send|sends|sending|sent|fire|fires|deliver|delivers|shoot|forward|forwards|forwarding|mail|e-?mails?|mails)\\b (?:out )?(?:(?:an?|the|us|me|them|him|her|a copy of|this|that|it|off) ){0,3}(?:(?!(?:and|or|with|then)\\b)[\\w'-]+ ){0,5}?${NOUN}${QUOTED}{0,200}?${END}`,
  `${LEAD}\\b(?:send|sends|sending|forward|forwards)\\b (?:(?:it|this|that|them|everything|the [\\w ]{1,30}?|\\w+) )?(?:by e-?mail |via e-?mail )?to ${QUOTED}{0,120}?@${QUOTED}{0,120}?${END}`,
  `${LEAD}\\b(?:send|sends) (?:the |an? )?(?:user|customer|person|sender|submitter|them|him|her|us|me|support|boss|manager|admin)\\b${QUOTED}{0,160}?${END}`,
  `${LEAD}\\b(?:notify|notifies|notifying|inform|informs|informing|alert|alerts|alerting|ping|pings)\\b (?!flag|status)${QUOTED}{0,200}?${END}`,
  `${LEAD}\\blet(?:s|ting)? ${QUOTED}{1,40}? know\\b${QUOTED}{0,120}?${END}`,
  `(?:^|${LEAD}|\\b(?:to|that|and|then|,) )\\b(?:e-?mail|e-?mails|e-?mailing|mail|mails|mailing) (?=(?:an?|the|it|them|him|her|me|us|our|their|everything|this|back|to|support|sales|admins?|boss|customer|\\S+@)\\b)${QUOTED}{1,200}?${END}`,
  `${LEAD}\\b(?:(?:(?:the |my |our )?[\\w ]{1,24}? (?:at |\\()|(?:the|my|our) [\\w ]{1,24}?, )?${ADDRESS.source}\\)?,?|(?:(?:the|my|our|their|an?) )?(?:user|customer|person|sender|submitter|boss|admin|manager|support team|support|sales team|sales|team|they|he|she|we|i|requester|employee|applicant|author|owner|guest|visitor|student|member|patient|client|seller|buyer|subscriber)) (?:should |must |will |shall |also |then )*(?:gets?|receives?|be (?:notified|informed|e-?mailed|mailed|alerted|sent)|(?:is|are) (?:notified|informed|e-?mailed|mailed|alerted|sent|told))\\b(?! (?:a |the )?(?:jwt|token|list|id))${QUOTED}{0,160}?${END}`,
  `${LEAD}\\b(?:tell|tells|telling|informing|reply to|replies to|contact|contacts) (?:the |an? )?[\\w ]{1,30}? (?:about [\\w ]{1,30} )?(?:by|via|through|with an?) e-?mail${QUOTED}{0,100}?${END}`,
  `${LEAD}\\bwith (?:a |an )?(?:welcome|confirmation|notification) (?:e-?mail|mail|message)\\b${QUOTED}{0,160}?${END}`,
].map((source) => new RegExp(source, 'i'));

/** Takes what is said about mails out of the sentences. */
export function takeMails(sentences: string[]): MailWish[] {
  const wishes: MailWish[] = [];
  for (const pattern of PATTERNS) {
    for (let count = 0; count < 3; count++) {
      const match = takeFirst(sentences, pattern);
      if (!match) break;
      // An address that somebody sends is no mail.
      if (OWN_ADDRESS.test(match[0])) {
        put(sentences, match);
        break;
      }
      wishes.push(readMail(match[0]));
    }
  }
  return wishes.slice(0, 3);
}

const OWN_ADDRESS =
  /\b(?:i|we|they|callers?|users?|customers?|it) (?:sends?|gives?|enters?) (?:my|our|their|the|an?|its) (?:own )?e-?mail(?: address)?\b/i;

/** Puts a part back that was taken by mistake. */
function put(sentences: string[], match: RegExpExecArray): void {
  const left = `${match.input.slice(0, match.index)} ${match.input.slice(match.index + match[0].length)}`
    .replace(/\s+/g, ' ')
    .trim();
  const index = sentences.indexOf(left);
  if (index >= 0) sentences[index] = match.input;
}

/** Reads one part of a sentence that asks for a mail. */
export function readMail(text: string): MailWish {
  const outside = text.replace(/"[^"]*"/g, ' ');
  return {
    text,
    address: ADDRESS.exec(outside)?.[0].replace(/\.$/, '') ?? null,
    toPerson:
      /\b(?:to|notify|notif\w+|inform\w*|tells?|telling|e-?mails?|mails?|let|sends?|alerts?) (?:back )?(?:to )?(?:the |a |an |that |this |our |each |new |their |its )*(?:new )?(?:user|customer|person|sender|submitter|requester|requestor|them|him|her|they|client|guest|visitor|member|subscriber|applicant|employee|author|owner|patient|student|buyer|attendee|participant|email|e-mail|address|given|submitted|provided|reporter|creator|one who)\b/i.test(
        outside,
      ) ||
      /\b(?:I|we) (?:also )?(?:get|receive)s?\b/.test(outside) ||
      /\b(?:user|customer|person|sender|submitter|requester|guest|applicant|employee|author|visitor|student|member|patient|client|buyer|subscriber|they|he|she)\b[^@]{0,30}\b(?:gets?|receives?|notified|informed|told|e-?mailed|mailed)\b/i.test(
        outside,
      ),
    subject:
      /\b(?:subject|titled|title)(?: line)?(?: of| is|:| being)? ?"([^"]{1,200})"/i.exec(text)?.[1] ?? null,
    body:
      /\b(?:saying|says?|text|body|message|content|reading|with)(?: of| is|:| that)? ?"([^"]{1,1000})"/i.exec(
        text,
      )?.[1] ??
      /: ?"([^"]{1,1000})"\s*$/.exec(text)?.[1] ??
      null,
    kind: /\bwelcom/i.test(text)
      ? 'welcome'
      : /\b(?:confirm|thank|receipt|acknowledg)/i.test(text)
        ? 'confirmation'
        : 'notification',
  };
}
