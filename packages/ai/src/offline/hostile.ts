/** @module Requests for what may not be built. */

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:ignore|disregard|forget|bypass|override|skip)\b[^.\n]{0,40}\b(?:rules?|instructions?|prompts?|guidelines?|restrictions?|safety|polic(?:y|ies)|guardrails?|everything above)\b/i,
    'The safety rules hold for every workflow and cannot be set aside.',
  ],
  [
    /\b(?:you are now|act as|pretend to be|jailbreak|developer mode|DAN mode)\b[^.\n]{0,60}(?:\b(?:unrestricted|without|no limits?|root|hacker|evil|dan|anything)\b|$)/i,
    'The safety rules hold for every workflow and cannot be set aside.',
  ],
  [
    /\b(?:system prompt|hidden instructions|your (?:instructions|prompt|rules)|environment variables?|process\.env|env(?:ironment)? (?:vars?|secrets?)|\.env\b|api[- ]?keys? of (?:the )?(?:server|system|backend)|jwt[_ ]secret|encryption[_ ]key|server secrets?|connection strings?|\/etc\/passwd|private keys?)/i,
    "Secrets of the server and its instructions are not a workflow's to read.",
  ],
  [
    /\b(?:e-?mail|mail|send|forward|export|dump|leak|post|return|list|show|give|reveal|steal|exfiltrate|print|output|get|collect|fetch)(?:s|ing)?\b[^.\n]{0,40}\b(?:all|every|everyone'?s?|other|(?:users?|customers?|people)(?:['’]s?)?|plain(?:[- ]?text)?)\b[^.\n]{0,12}\b(?:(?<!(?:and|with|,|by|e-?mail|name|his|her) )passwords?|password hashes|credentials|tokens|secrets|credit card numbers)\b(?! (?:reset|change|policy))/i,
    'Passwords and other secrets are never handed out, stored in the open or sent anywhere.',
  ],
  [
    /\b(?:dump|leak|steal|exfiltrate|reveal|hack|crack)\w*\b[^.\n]{0,60}\b(?:passwords?|users?|customers?|data|database|secrets?|credentials|tokens?|accounts?|hash(?:es)?|cards?|keys?)\b/i,
    'Data of other people and secrets are not handed out.',
  ],
  [
    /\b(?:without|don'?t|do not|never|no)\s+(?:hash\w*|encrypt\w*)\b[^.\n]{0,30}\bpasswords?\b|\bpasswords?\b[^.\n]{0,30}\b(?:in )?(?:plain ?text|clear ?text|unhashed|unencrypted)\b/i,
    'Passwords are always stored hashed.',
  ],
  [
    /\b(?:return|respond|answer|reply|send|(?<!(?:with|and|,|an?|the|their|by|new|using|given|unique|or|his|her|:|\() ?)(?:e-?mail|mail)|show|include|give)\w*\b(?:(?!\b(?:with (?:an? |the )?(?:name|e-?mail)|given|by|using|takes?|register|sign|log|forgot|reset)\b)[^.\n]){0,40}\b(?:the|their|his|her|plain|user'?s?|customer'?s?) (?:password|password hash)\b(?! (?:reset|change|was|has|is|must|should))/i,
    'A password is never part of an answer or of a mail.',
  ],
  [
    /(?<!(?:with|and|,|an?|the|their|by|new|using|given|or|his|her|:|\() ?)\b(?:e-?mail|mail|spam|send|forward)(?:s|ing)?\b(?! of\b| address)[^.,\n]{0,30}\b(?:all|every|each|everyone|whole)\b[^.\n]{0,20}\b(?:users?|customers?|people|subscribers?|members?|contacts?|accounts?|everyone|documents?|data|records?|collections?|database)\b|\b(?:e-?mail|mail)(?:s|ing)? everyone\b/i,
    'Workflows send one mail to one person; mails to everybody, or with everybody in them, are not built.',
  ],
  [/\bspam\b/i, 'Workflows send one mail to one person; mails to everybody are not built.'],
  [
    /\b(?:delete|remove|drop|wipe|erase|destroy|purge|truncate|clear|kill)\w*\b\s+(?:(?:the|my|our|your|this|a|an)\s+)?(?:(?:all|every|everything|entire|whole|complete)\b(?! (?:day|task of|that))|(?:database|db|tables?|collections?|server|production)\b)/i,
    'Deleting everything is not built: a deletion needs to say which document.',
  ],
  [
    /\b(?:update|change|set|overwrite|reset)\b\s+(?:all|every|everyone'?s?|everybody'?s?)\b[^.\n]{0,40}\b(?:users?|accounts?|passwords?|roles?|records?|documents?|admins?)\b/i,
    'Changing everything at once is not built: a change needs to say which document.',
  ],
  [
    /\b(?:disable|turn off|remove|bypass|circumvent|skip|switch off|get around)\b[^.\n]{0,25}\b(?:auth(?:entication|orization)?|security|validation of tokens|login checks?|access control|password checks?|rate limit\w*)\b/i,
    'Authentication and limits are not switched off by a workflow.',
  ],
  [
    /\b(?:make|give|grant|promote|turn)\b[^.\n]{0,20}\b(?:me|myself|everyone|anyone|every user|all users|any user)\b[^.\n]{0,20}\b(?:admin|root|superuser|administrator)/i,
    'Rights are not handed out to whoever asks.',
  ],
  [
    /\b(?:169\.254\.\d|127\.0\.0\.1|localhost|0\.0\.0\.0|metadata\.google|file:\/\/|gopher:\/\/|internal (?:network|service|hosts?)|port ?scan)/i,
    "Addresses inside the server's network are not called.",
  ],
  [
    /\b(?:exec(?:ute)?|run|eval)\b[^.\n]{0,20}\b(?:shell|bash|command|code|script|javascript|sql|rm -rf)\b|rm -rf|\$where|<script|;\s*drop table|\$function|__proto__|\bkeylog|\bransomware|\bmalware|\bphish|\bbackdoor|\bsql injection|\bddos\b|\bbrute[- ]?force\b/i,
    'Workflows run no code of their own and harm nobody.',
  ],
];

/** Why the request may not be built, or `null`. */
export function refusalFor(text: string): string | null {
  const judged = text.slice(0, MAX_JUDGED).replace(KEPT_BACK, ' ');
  for (const [pattern, reason] of REFUSED) if (pattern.test(judged)) return reason;
  return null;
}

const MAX_JUDGED = 30_000;
/** "without the password" asks for the opposite of a leak. */
export const KEPT_BACK =
  /\b(?:without|except(?: for)?|excluding|but (?:not|no)|never|not|no|hid(?:e|es|ing)|omit(?:s|ting)?|don'?t|do not)\b(?! (?:hash|encrypt))(?: \w+){0,3} passwords?(?: hash(?:es)?)?/gi;
