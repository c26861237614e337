/** @module Which names of fields and headers stand for secrets, in English and the larger European languages. */

/** Words that make a name secret wherever they stand in it; compared without case, accents, dashes, underscores and spaces. */
const INSIDE =
  'password passwd passwort passord passphrase passcode kennwort losungswort contrasena contrasenya motdepasse motsdepasse senha wachtwoord ' +
  'haslodo losenord adgangskode salasana jelszo palavrapasse parolachiave parolasegreta пароль парола geheim segret segred ' +
  'authorization bearer apikey privatekey accesskey secretkey encryptionkey signingkey signaturekey masterkey hmackey sshkey ' +
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

const SECRET = /secret/;
const insideWords = new RegExp(INSIDE.split(' ').join('|'), 'u');
const lastWords = new RegExp(`(?:^|_)(?:${LAST.split(' ').join('|')})$`, 'u');

/** Names repeat in every step of every run; the bound keeps names that callers invent from filling the memory. */
const MAX_KNOWN = 5_000;
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
  const words = plainLetters(name.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1_'));
  if (HARMLESS.test(words)) return false;
  const joined = words.replaceAll('_', '');
  if (WHOLE.has(joined) || lastWords.test(words) || /token$/.test(joined)) return true;
  // `passw0rd`: digits that stand for letters.
  return [
    joined,
    joined
      .replaceAll('0', 'o')
      .replaceAll('1', 'i')
      .replaceAll('3', 'e')
      .replaceAll('4', 'a')
      .replaceAll('5', 's'),
  ].some((text) => insideWords.test(text) || (SECRET.test(text) && !/secretar/.test(text)));
}

/** Lower case without accents, with `_` between words, and with Latin letters in the place of Cyrillic and Greek ones that look like them. */
function plainLetters(name: string): string {
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
