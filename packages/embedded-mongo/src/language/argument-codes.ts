/** @module The numbers MongoDB gives to an expression operator's argument of the wrong type. */
import type { MongoCodeName } from '../command-error.ts';

type Kind = 'array' | 'string' | 'document';

const CODES: Record<Kind, Record<string, number>> = {
  array: {
    $allElementsTrue: 17040,
    $anyElementTrue: 17041,
    $arrayElemAt: 28689,
    $arrayToObject: 40386,
    $concatArrays: 28664,
    $filter: 28651,
    $first: 28689,
    $in: 40081,
    $indexOfArray: 40090,
    $last: 28689,
    $map: 16883,
    $reduce: 40080,
    $reverseArray: 34435,
    $setDifference: 17048,
    $setEquals: 17044,
    $setIntersection: 17047,
    $setIsSubset: 17046,
    $setUnion: 17043,
    $size: 17124,
    $slice: 28724,
    $zip: 34468,
  },
  string: {
    $concat: 16702,
    $indexOfBytes: 40091,
    $indexOfCP: 40093,
    $ltrim: 50699,
    $regexFind: 51104,
    $regexFindAll: 51104,
    $regexMatch: 51104,
    $rtrim: 50699,
    $split: 40085,
    $strLenBytes: 34473,
    $strLenCP: 34471,
    $trim: 50699,
  },
  document: { $bsonSize: 31393, $mergeObjects: 40400, $objectToArray: 40390 },
};

/** The code for an argument that is not of the kind an operator takes; TypeMismatch (14) where there is no own one. */
export function argumentCode(kind: Kind, operator: string): MongoCodeName {
  const code = CODES[kind][operator];
  return code === undefined ? 'TypeMismatch' : `Location${code}`;
}
