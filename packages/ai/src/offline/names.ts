/** @module Names made of English words: plurals, field names, and the collection that a word means. */
import type { Collections } from '../builder/prompt.ts';

const IRREGULAR: Readonly<Record<string, string>> = {
  person: 'people',
  child: 'children',
  man: 'men',
  woman: 'women',
  mouse: 'mice',
  foot: 'feet',
  tooth: 'teeth',
  criterion: 'criteria',
  quiz: 'quizzes',
  leaf: 'leaves',
  shelf: 'shelves',
  knife: 'knives',
  life: 'lives',
  movie: 'movies',
  cookie: 'cookies',
  hero: 'heroes',
  potato: 'potatoes',
  tomato: 'tomatoes',
  bus: 'buses',
  status: 'statuses',
  cache: 'caches',
  expense: 'expenses',
  purchase: 'purchases',
};
const SINGULARS = Object.fromEntries(Object.entries(IRREGULAR).map(([one, many]) => [many, one]));
const UNCOUNTABLE = new Set(
  'feedback equipment news inventory stock information data staff furniture luggage software series money'.split(
    ' ',
  ),
);

/** `category` → `categories`; a plural stays as it is. */
export function pluralOf(word: string): string {
  const lower = word.toLowerCase();
  if (UNCOUNTABLE.has(lower) || (singularOf(lower) !== lower && !/ss$/.test(lower))) return word;
  const irregular = Object.hasOwn(IRREGULAR, lower) ? IRREGULAR[lower] : undefined;
  if (irregular !== undefined) return irregular;
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/i.test(word)) return `${word}es`;
  return `${word}s`;
}

/** `categories` → `category`; a singular stays as it is. */
export function singularOf(word: string): string {
  const lower = word.toLowerCase();
  if (UNCOUNTABLE.has(lower) || Object.hasOwn(IRREGULAR, lower)) return word;
  const irregular = Object.hasOwn(SINGULARS, lower) ? SINGULARS[lower] : undefined;
  if (irregular !== undefined) return irregular;
  if (/[^aeiou]ies$/i.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|zz|ch|sh)es$/i.test(word)) return word.slice(0, -2);
  if (/(?:ss|us|is)$/i.test(word) || !/s$/i.test(word) || word.length < 3) return word;
  return word.slice(0, -1);
}

/** Whether the word is a plural. */
export function isPlural(word: string): boolean {
  const lower = word.toLowerCase();
  return singularOf(lower) !== lower;
}

/** `due date` → `dueDate`; one word stays as it is, but begins with a small letter unless it is all code. */
export function camelCase(phrase: string): string {
  const words = phrase
    .replace(/['’]s?\b/g, '')
    .split(/[^A-Za-z0-9_$]+/)
    .filter((word) => word !== '');
  const [first = '', ...rest] = words;
  if (rest.length === 0)
    return /^[A-Z][a-z]*$/.test(first) || /^[A-Z]+$/.test(first) ? first.toLowerCase() : first;
  const lower = words.map((word) => (/^[A-Z]+$/.test(word) ? word.toLowerCase() : word));
  return lower
    .map((word, index) =>
      index === 0
        ? word.charAt(0).toLowerCase() + word.slice(1)
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('');
}

/** The words of a name: `blogPosts`, `blog_posts` and `blog posts` are two words each. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** `dueDate` → `Due date`, for people. */
export function labelOf(name: string): string {
  const text = wordsOf(name).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The collection that a thing's name means: an existing one, else the plural. */
export function collectionFor(thing: string, collections: Collections): string {
  const existing = existingCollection(thing, collections);
  if (existing !== null) return existing;
  const words = thing.trim().split(/\s+/);
  const last = words.pop() ?? '';
  return camelCase([...words, pluralOf(last)].join(' '));
}

/** The existing collection with this name in another number or spelling, or `null`. */
export function existingCollection(name: string, collections: Collections): string | null {
  const wanted = keyOf(name);
  if (wanted === '') return null;
  const names = Object.keys(collections);
  return names.find((one) => one === name) ?? names.find((one) => keyOf(one) === wanted) ?? null;
}

/** The field with this name in another spelling among those a collection has, or the name in camel case. */
export function fieldFor(phrase: string, known: readonly string[]): string {
  if (known.includes(phrase)) return phrase;
  const wanted = wordsOf(phrase).join('');
  return known.find((one) => wordsOf(one).join('') === wanted) ?? camelCase(phrase);
}

/** Fields that a collection is known to have. */
export function knownFields(collection: string, collections: Collections): readonly string[] {
  return Object.hasOwn(collections, collection) ? (collections[collection] ?? []) : [];
}

function keyOf(name: string): string {
  const words = wordsOf(name);
  const last = words.pop();
  return last === undefined ? '' : [...words, singularOf(last)].join('');
}
