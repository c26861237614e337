/** @module Removes secrets from requests before a model, a log or a follower sees them. */

/** What stands where a secret was. */
export const MASK = '***';

/** A request without secrets. */
export interface MaskedPrompt {
  text: string;
  /** How many were replaced. */
  removed: number;
}

/**
 * Replaces what looks like a private key, a token, a provider's key, the credentials in an address, or the value after a word
 * such as "password is". Sentences about passwords stay: "password is required", "the password field".
 */
export function maskPrompt(prompt: string): MaskedPrompt {
  let removed = 0;
  const count = (replacement: string) => {
    removed += 1;
    return replacement;
  };
  let text = prompt;
  for (const pattern of WHOLE) text = text.replace(pattern, () => count(MASK));
  text = text.replace(ADDRESS, (_, scheme: string) => count(`${scheme}${MASK}@`));
  text = text.replace(BEARER, (found, word: string, value: string) =>
    looksMade(value) ? count(`${word}${MASK}`) : found,
  );
  text = text.replace(SPOKEN, (found, head: string, value: string) => {
    const bare = value.replace(/^["'`“‘]|["'`”’.,;:?!)]+$/g, '');
    if (bare.includes(MASK) || !looksRandom(bare)) return found;
    return count(head + value.replace(bare, MASK));
  });
  text = text.replace(LONG, (found) => (looksRandom(found) && found.length >= 32 ? count(MASK) : found));
  text = text.replace(NAMED, (found, head: string, value: string, at: number, whole: string) => {
    const bare = value.replace(/^["'`“‘]|["'`”’.,;?)]+$/g, '');
    const rest = whole.slice(at + found.length, at + found.length + 5);
    if (bare === '' || bare.includes(MASK) || !isValue(head, value, bare, rest)) return found;
    return count(head + value.replace(bare, MASK));
  });
  return { text, removed };
}

/** Texts that are secrets by their form alone. */
const WHOLE: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // JSON web tokens.
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  // Keys of model providers, payment and code hosts, chat and mail services, cloud accounts.
  /\b(?:sk|pk|rk)[-_](?:[a-z]+[-_])*[A-Za-z0-9_-]{16,}/g,
  /\b(?:gsk|hf|xai|npm|glpat|whsec|dckr_pat|shpat)[-_][A-Za-z0-9_-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // bcrypt hashes.
  /\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}/g,
];

/** Credentials in an address; a user name alone is none. Greedy up to the last @, for a password may hold one itself. */
const ADDRESS = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>/@:]{0,200}:(?!\d{1,5}\/)[^\s"'<>]{1,400}@/gi;

const BEARER = /\b((?:bearer|basic)\s+)([\w.~+/=-]{16,})/gi;

/**
 * A word for a secret, what joins it to a value, the value. Between them there may be a few words such as "for the database".
 */
const NAMED =
  /((?:\b|_)(?:pass(?:word|phrase|wd|code)|pwd|pin code|secret(?: key)?|client[-_ ]secret|api[-_ ]?key|access[-_ ]?key|token|encryption[-_ ]key|private[-_ ]key)["'`]?\s{0,3}(?::=|=>|=|:|\bis\b(?: set to)?|\bequals\b)\s{0,3})("[^"\n]{1,200}"|'[^'\n]{1,200}'|`[^`\n]{1,200}`|“[^”\n]{1,200}”|‘[^’\n]{1,200}’|[^\s,;]{1,200})/gi;

/** A word for a secret right before a value, without anything that joins them: "and secret k3y…", "passphrase CANARY-horse-9". */
const SPOKEN =
  /(\b(?:pass(?:word|phrase|wd|code)s?|pwd|secrets?|keys?|tokens?|credentials?)\s+)("[^"\n]{8,200}"|'[^'\n]{8,200}'|[^\s,;]{8,200})/gi;

/** A text without blanks as long as keys and hashes are. */
const LONG = /(?<![\w/.:@+-])[A-Za-z0-9+/_=-]{32,512}(?![\w/])/g;

/**
 * Whether a text looks drawn by lot: no address, path or name in one of the ways that programs write names. A key of hexadecimal
 * digits or of mixed signs is; `userEmailAddress`, `2026-01-01T10:00:00Z` and `orders/{id}/items` are not.
 */
function looksRandom(text: string): boolean {
  if (text.length < 8 || /^[a-z]+:\/\//i.test(text) || /[{}<>$@]/.test(text) || text.includes('://'))
    return false;
  if (/^\d{4}-\d\d-\d\dT?/.test(text) || /^[\d.,:+-]+$/.test(text)) return false;
  // A UUID names a thing.
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(text)).length;
  if (/^[0-9a-f]{32,}$/i.test(text) && /\d/.test(text)) return true;
  return classes >= 3 && /\d/.test(text);
}

/** What follows "password is" in sentences that hold no secret. */
const PLAIN_WORDS = new Set(
  `a an the and or not never no none null undefined empty blank missing absent present required optional mandatory needed
  necessary correct incorrect right wrong valid invalid ok okay good bad weak strong too at least most more less longer shorter than
  hashed encrypted stored saved kept checked validated verified compared given sent returned shown hidden protected secret private public
  changed updated reset removed deleted set unset used unused unique same different equal matching matched matches string text number
  boolean email true false input output field fields value values always also only just then must should shall may can cannot will
  would could be been being in on of for from to by with without if when where which that this it its their his her my your our
  between over under above below up as long short minimum maximum min max characters chars letters digits supplied provided
  entered typed case sensitive expired exposed leaked logged visible accepted rejected refused ignored allowed forbidden plain
  hash bcrypt argon2 scrypt jwt token tokens one two three four five six seven eight nine ten twelve sixteen compulsory important
  obligatory available known unknown confirmed generated random created`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/**
 * "is" joins sentences as well as values. After a sign or in quotes a text is a value unless it is plain words, as in
 * `password: required`, or a place for one, as in `{{input.password}}`; after "is" it has to look like one.
 */
function isValue(head: string, value: string, bare: string, rest: string): boolean {
  if (/^[{[(<$]/.test(bare) || /^(?:input|process|env|config|body|req)\.[\w.]+$/i.test(bare)) return false;
  if (bare.toLowerCase().split(/\s+/).every(isPlain)) return false;
  if (/\btoken["'`]?\s*\S*\s*$/i.test(head) && bare.length < 8) return false;
  if (/^["'`“‘]/.test(value) || looksMade(bare)) return true;
  if (/[:=>]\s*$/.test(head)) return bare.length >= 6;
  const endsSentence = /[.,;!?]$/.test(value) || /^\s*(?:$|[.,;!?\n])/.test(rest);
  return bare.length >= 6 && endsSentence && !SAYS_HOW.test(bare);
}

function isPlain(word: string): boolean {
  return PLAIN_WORDS.has(word.replace(/^[.,;:!?"'`]+|[.,;:!?"'`]+$/g, '')) || /^\d{1,3}$/.test(word);
}

/** Words that say how something is rather than what: "the password is compromised". */
const SAYS_HOW = /(?:ed|ing|able|ible|ly|ory|ent|ant|al|ic|ive|ful|less|ous)$/i;

/** Whether a text is made up of more than letters, as secrets are: digits, signs, or capitals inside. */
function looksMade(text: string): boolean {
  if (/^\d{1,3}$/.test(text)) return false;
  return /\d/.test(text) || /[^\p{L}\p{N}'’\s-]/u.test(text) || /\p{Ll}\p{Lu}/u.test(text);
}
