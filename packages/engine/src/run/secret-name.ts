/** @module Which names of fields and headers stand for secrets, in English and the larger European languages. */

/** Words that make a name secret wherever they stand in it; compared without case, accents, dashes, underscores and spaces. */
const INSIDE =
  'password passwd passwort passord passphrase passcode kennwort losungswort contrasena contrasenya motdepasse motsdepasse senha wachtwoord ' +
  'haslodo losenord adgangskode salasana jelszo palavrapasse parolachiave parolasegreta пароль парола geheim segret segred ' +
  'secret authorization bearer apikey privatekey accesskey secretkey encryptionkey signingkey signaturekey masterkey hmackey sshkey ' +
  'servicekey accountkey sharedkey storagekey deploykey webhookkey clientkey authkey credential encrypteduri privateschlussel ' +
  'schlusselprivat clefprivee cleprivee claveprivada chiaveprivata chaveprivada ' +
  'connectionstring connectionuri connectionurl connstring connstr mongouri mongourl mongodburi mongodburl databaseurl databaseuri ' +
  'dburl dburi postgresurl postgresqlurl mysqlurl jdbcurl amqpurl verbindungszeichenfolge chainedeconnexion cadenadeconexion ' +
  'sessionid sessionkey sessiontoken mfacode mfasecret totp twofactorcode 2facode recoverycode recoverykey backupcode recoveryphrase ' +
  'seedphrase mnemonic cardnumber creditcard debitcard cardsecurity securitycode cvvcode kartennummer kreditkarte numerodecarte ' +
  'numerocarte cartebancaire cartebleue numerodetarjeta numerotarjeta tarjetadecredito numerocarta cartadicredito numerodocartao ' +
  'numerocartao cartaodecredito kaartnummer';

/** Words that make a name secret as its last part, or alone: `smtpPass`, but not `compass`. */
const LAST =
  'pass passwd pwd pw pin otp jwt dsn cvv cvv2 cvc cvc2 csc mdp haslo heslo lozinka parola parool sifre clave token tokens ' +
  'jeton jetons cookie cookies passe psw';

/** Names that are secret only as a whole. */
const WHOLE = new Set(['auth', 'sid']);

/** Counts of tokens of a language model are no secrets, and neither is a secretary. */
const HARMLESS =
  /^(?:(?:max|min|input|output|prompt|completion|total|cached|used|reasoning|num|count)_?tokens|.*secretar.*|tokens_?(?:used|per.*|left|limit))$/;

const insideWords = INSIDE.split(' ');
const lastWords = new Set(LAST.split(' '));

/** Names that may be secret repeat in every pass over a value; the bound keeps them below some MB. */
const MAX_KNOWN = 10_000;
/** Longer names are no names that a person gives; what they hold is looked at by their beginning and end. */
const MAX_LENGTH = 256;
const known = new Map<string, boolean>();

/** Whether a field of this name holds a secret. Case, accents, dashes, underscores, digits for letters and spaces do not matter. */
export function isSecretName(name: string): boolean {
  const short = name.length > MAX_LENGTH ? name.slice(0, MAX_LENGTH / 2) + name.slice(-MAX_LENGTH / 2) : name;
  const found = lookThrough(short);
  if (found !== 'unsure') return found === 'secret';
  const before = known.get(short);
  if (before !== undefined) return before;
  const secret = looksSecret(short);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(short, secret);
  return secret;
}

/**
 * What one pass over the characters of a name tells. A caller may send tens of thousands of names that were never seen; nearly all of them
 * are decided here, and the full test must agree with every decision.
 */
function lookThrough(name: string): 'secret' | 'harmless' | 'unsure' {
  let asWritten = 0;
  let digitsAsLetters = 0;
  let isFound = false;
  let isAscii = true;
  for (let at = 0; at < name.length; at++) {
    let code = name.charCodeAt(at);
    if (code > 127) {
      isAscii = false;
      code = name.codePointAt(at)!;
      if (code > 0xffff) at++;
    }
    const letter = letterOf(code);
    if (letter === SEPARATOR) continue;
    if (letter === SEVERAL) return 'unsure';
    asWritten = WORDS.step(asWritten, letter);
    digitsAsLetters = WORDS.step(digitsAsLetters, DIGIT_AS_LETTER[letter]!);
    if (WORDS.ends(asWritten, Mark.Harmless)) return 'unsure';
    if (WORDS.ends(asWritten, Mark.Inside)) isFound = true;
    else if (WORDS.ends(digitsAsLetters, Mark.Inside)) return 'unsure';
  }
  if (isFound) return isAscii ? 'secret' : 'unsure';
  return WORDS.ends(asWritten, Mark.Last) ? 'unsure' : 'harmless';
}

function looksSecret(name: string): boolean {
  const words = plainLetters(name);
  const joined = words.includes('_') ? words.replaceAll('_', '') : words;
  if (WHOLE.has(joined) || lastWords.has(words.slice(words.lastIndexOf('_') + 1)) || joined.endsWith('token'))
    return !HARMLESS.test(words);
  if (holdsWord(joined)) return !HARMLESS.test(words);
  // `passw0rd`: digits that stand for letters.
  return (
    hasDigitInside(joined) &&
    holdsWord(joined.replace(/[01345]/g, (digit) => LETTERS[digit]!)) &&
    !HARMLESS.test(words)
  );
}

/** A number at the end, as in `field12`, stands for no letter. */
function hasDigitInside(text: string): boolean {
  return /[01345][a-z]/.test(text);
}

const LETTERS: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's' };

function holdsWord(text: string): boolean {
  return insideWords.some((word) => text.includes(word));
}

/** Lower case without accents, with `_` between words, and with Latin letters in the place of Cyrillic and Greek ones that look like them. */
function plainLetters(given: string): string {
  if (/^[a-z0-9_]*$/.test(given)) return given;
  if (/^\w*$/.test(given)) return given.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase();
  const name = given.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1_');
  const text = foldCase(name).replace(/[^\p{L}\p{N}]+/gu, '_');
  // A word that mixes alphabets imitates another; one of its own alphabet is a word.
  return text.replace(/[^_]+/g, (word) => (/[a-z]/.test(word) ? foldAlphabet(word) : word));
}

/** Lower case without accents. */
function foldCase(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[ßøłđı]/g, (letter) => FOLDED[letter]!);
}

/** Latin letters in the place of Cyrillic and Greek ones that look like them. */
function foldAlphabet(text: string): string {
  return text.replace(/[асеорхуіѕјԁԛԝαορτυν]/gu, (letter) => FOLDED[letter]!);
}

const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  а: 'a',
  с: 'c',
  е: 'e',
  о: 'o',
  р: 'p',
  х: 'x',
  у: 'y',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  ν: 'v',
};

/** Letters of the words as numbers from 1. */
const UNKNOWN = 0;
const SEPARATOR = 255;
/** A character that stands for several letters, as a ligature does. */
const SEVERAL = 254;
const otherLetters = [...new Set(foldAlphabet(insideWords.join('')))].filter((letter) =>
  /[^a-z0-9]/.test(letter),
);
const ALPHABET = ['', ...'0123456789abcdefghijklmnopqrstuvwxyz', ...otherLetters];
const numberOf = new Map(ALPHABET.map((letter, number) => [letter, number]));
const DIGIT_AS_LETTER = Uint8Array.from(ALPHABET, (letter, number) =>
  letter in LETTERS ? numberOf.get(LETTERS[letter]!)! : number,
);
/** By code point, filled when a character is met first. */
const letters = new Uint8Array(0x110000);

function letterOf(code: number): number {
  if (letters[code] === UNKNOWN) letters[code] = findLetter(code);
  return letters[code]!;
}

function findLetter(code: number): number {
  const text = foldAlphabet(foldCase(String.fromCodePoint(code)));
  if (text === '') return SEPARATOR;
  // A letter of another alphabet is in none of the words.
  return [...text].length > 1 ? SEVERAL : (numberOf.get(text) ?? SEPARATOR);
}

const Mark = { Inside: 1, Last: 2, Harmless: 4 } as const;

/** Finds all the words in one pass over a text (Aho and Corasick, 1975). */
class WordFinder {
  /** The next state by state and letter. */
  private readonly next: Uint16Array;
  /** Which kinds of words end in a state. */
  private readonly marks: Uint8Array;
  private states = 1;

  constructor(words: readonly { word: string; mark: number }[]) {
    const most = words.reduce((sum, { word }) => sum + word.length, 1);
    this.next = new Uint16Array(most * ALPHABET.length);
    this.marks = new Uint8Array(most);
    for (const { word, mark } of words) this.add(word, mark);
    this.link();
  }

  step(state: number, letter: number): number {
    return this.next[state * ALPHABET.length + letter]!;
  }

  ends(state: number, mark: number): boolean {
    return (this.marks[state]! & mark) !== 0;
  }

  private add(word: string, mark: number): void {
    let state = 0;
    for (const letter of word) {
      const edge = state * ALPHABET.length + numberOf.get(letter)!;
      if (this.next[edge] === 0) this.next[edge] = this.states++;
      state = this.next[edge]!;
    }
    this.marks[state]! |= mark;
  }

  /** Where no word goes on, goes on with the longest end that begins another one. */
  private link(): void {
    const fallback = new Uint16Array(this.states);
    const queue: number[] = [0];
    for (const state of queue) {
      for (let letter = 0; letter < ALPHABET.length; letter++) {
        const edge = state * ALPHABET.length + letter;
        const target = this.next[edge]!;
        const other = state === 0 ? 0 : this.step(fallback[state]!, letter);
        if (target === 0) {
          this.next[edge] = other;
          continue;
        }
        fallback[target] = other;
        this.marks[target]! |= this.marks[other]!;
        queue.push(target);
      }
    }
  }
}

const WORDS = new WordFinder([
  ...insideWords.map((word) => ({ word: foldAlphabet(word), mark: Mark.Inside })),
  ...[...lastWords, ...WHOLE].map((word) => ({ word, mark: Mark.Last })),
  // What the list of harmless names speaks of.
  ...['tokens', 'secretar'].map((word) => ({ word, mark: Mark.Harmless })),
]);
