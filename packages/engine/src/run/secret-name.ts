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

/** The words by their first two letters: a name is looked through once, whatever the number of words. */
const insideWords = new Map<number, string[]>();
for (const word of INSIDE.split(' ')) {
  const start = pairAt(word, 0);
  insideWords.set(start, [...(insideWords.get(start) ?? []), word]);
}
const lastWords = new Set(LAST.split(' '));

/** Names repeat in every pass over a value, and one body may hold tens of thousands; the bound keeps them below some 10 MB. */
const MAX_KNOWN = 100_000;
/** Longer names are no names that a person gives; what they hold is looked at by their beginning and end. */
const MAX_LENGTH = 256;
const known = new Map<string, boolean>();

/** Whether a field of this name holds a secret. Case, accents, dashes, underscores, digits for letters and spaces do not matter. */
export function isSecretName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const short = name.length > MAX_LENGTH ? name.slice(0, MAX_LENGTH / 2) + name.slice(-MAX_LENGTH / 2) : name;
  const secret = looksSecret(short);
  if (known.size >= MAX_KNOWN) known.clear();
  // A long name would be kept for the sake of a test that costs less than its memory.
  if (name.length <= 64) known.set(name, secret);
  return secret;
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
  for (let at = 0; at + 1 < text.length; at++) {
    const candidates = insideWords.get(pairAt(text, at));
    if (candidates?.some((word) => text.startsWith(word, at))) return true;
  }
  return false;
}

/** Two characters as one number: cheaper to look up than a text of two. */
function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1);
}

/** Lower case without accents, with `_` between words, and with Latin letters in the place of Cyrillic and Greek ones that look like them. */
function plainLetters(given: string): string {
  if (/^[a-z0-9_]*$/.test(given)) return given;
  if (/^\w*$/.test(given)) return given.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase();
  const name = given.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1_');
  const text = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[ßøłđı]/g, (letter) => FOLDED[letter]!)
    .replace(/[^\p{L}\p{N}]+/gu, '_');
  // A word that mixes alphabets imitates another; one of its own alphabet is a word.
  return /[a-z]/.test(text) ? text.replace(/[асеорхуіѕјԁԛԝαορτυν]/gu, (letter) => FOLDED[letter]!) : text;
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
