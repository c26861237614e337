/** @module Deletes one document. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { labelOf, singularOf } from '../names.ts';
import { applyFieldSentences } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { fromInput, outputName, respond, type Step, stepId, workflow } from '../steps.ts';
import { ask, done, filterOf, findOrRefuse, select, sentKey } from './select.ts';
import { readTarget } from './target.ts';

/** Deletes one document. */
export function draftDelete(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'delete');
  if (target === null) return ask('What should be deleted, and how is it found?');
  const { noun, collection, known, thing } = target;
  const selection = select(reading, target, thing.tail);
  const fields =
    selection.selectors.length > 0
      ? selection.selectors
      : [sentKey(reading, noun) ?? fieldNamed(/newsletter|subscri/i.test(noun) ? 'email' : 'id')];
  applyFieldSentences(reading.sentences, known, fields);
  const filter = filterOf(fields, selection, reading);
  const found = outputName('existing', fields);
  const hides = collection === 'users' || known.includes('password');
  const work: Step[] = [
    ...findOrRefuse(noun, collection, filter, found, hides ? ['password'] : []),
    {
      id: stepId('delete', singularOf(noun)),
      type: 'dbDelete',
      collection,
      filter,
      output: outputName('deleted', fields),
    },
  ];
  const mails = mailSteps(reading.mails, { noun: singularOf(noun), fields, address: `{{ ${found}.email }}` });
  if (typeof mails === 'string') return ask(mails);
  const sent = fields.map(({ name }) => [name, fromInput(name)]);
  work.push(...mails, respond(reading.answer, 200, { deleted: true, ...Object.fromEntries(sent) }, found));
  return done(`Delete ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, reading.access, work));
}
