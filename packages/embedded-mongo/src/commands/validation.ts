/** @module Validators: what a collection demands of its documents. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { compileValidator } from '../language/validator.ts';
import type { Collection } from '../storage/catalogue.ts';

/** Options of create and collMod that concern validation. */
export const VALIDATOR_OPTIONS = ['validator', 'validationLevel', 'validationAction'] as const;

type Validate = ReturnType<typeof compileValidator>;
/** Compiled validators by the options object they come from, which is replaced on every change. */
const compiled = new WeakMap<Document, Validate>();

/** @throws CommandError for a malformed validator, level or action */
export function checkValidatorOptions({ validator, validationLevel, validationAction }: Document): void {
  if (validator !== undefined) {
    if (!isDocument(validator))
      throw new CommandError('TypeMismatch', "BSON field 'validator' must be an object");
    compileValidator(validator);
  }
  checkChoice('validationLevel', validationLevel, ['off', 'strict', 'moderate']);
  checkChoice('validationAction', validationAction, ['error', 'warn']);
}

/** Whether a collection refuses documents at all. */
export function hasValidator({ options }: Collection): boolean {
  const { validator, validationLevel, validationAction } = options;
  if (!isDocument(validator) || keysOf(validator).length === 0) return false;
  return validationLevel !== 'off' && validationAction !== 'warn';
}

/**
 * Checks a document that is to be stored.
 * @param before the document it replaces; under the level `moderate` only documents that were valid stay so
 * @throws CommandError DocumentValidationFailure (121) with `errInfo`
 */
export function validateDocument(collection: Collection, document: Document, before?: Document): void {
  if (!hasValidator(collection)) return;
  const { options } = collection;
  let validate = compiled.get(options);
  if (!validate) {
    validate = compileValidator(options.validator as Document);
    compiled.set(options, validate);
  }
  const details = validate(document);
  if (details === null) return;
  if (options.validationLevel === 'moderate' && before && validate(before) !== null) return;
  throw new CommandError('DocumentValidationFailure', 'Document failed validation', {
    errInfo: { failingDocumentId: document._id, details },
  });
}

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(String(value))) return;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${String(value)}' for field '${name}' is not a valid value.`,
  );
}
