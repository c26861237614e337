/** @module A description as a few short paragraphs. */

import type { PlanDescription } from './description.ts';
import { endSentence, joinWords, quote } from './say-value.ts';

/** What it does step by step, what it needs, who may call it, what it touches, when it fails. The same every time. */
export function describeInWords(description: PlanDescription): string {
  const { steps, cannotStart } = description;
  const broken = cannotStart === undefined ? '' : `This workflow cannot start: ${endSentence(cannotStart)}`;
  if (steps.length === 0) return broken || 'This workflow has no steps.';
  const list = steps.map(({ sentence }, index) => `${index + 1}. ${sentence}`).join('\n');
  // Of a workflow that never starts, nothing more would be true.
  if (broken !== '') return `${broken}\n\n${list}`;
  const paragraphs = [
    list,
    needs(description),
    access(description),
    touches(description),
    endings(description),
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

function needs({ inputs }: PlanDescription): string {
  const names = (required: boolean) =>
    inputs
      .filter((input) => input.required === required)
      .map(({ name, type }) => (type ? `${quote(name)} (${type})` : quote(name)));
  const must = names(true);
  const may = names(false);
  if (inputs.length === 0) return '';
  const first = must.length === 0 ? '' : `Callers have to send ${joinWords(must, 'and')}.`;
  const second = may.length === 0 ? '' : `They may send ${joinWords(may, 'and')}.`;
  return [first, second].filter((part) => part !== '').join(' ');
}

function access({ access: { kind, ...rest } }: PlanDescription): string {
  if (kind === 'anybody') return 'Anybody may call it.';
  const role = 'role' in rest && rest.role !== undefined ? ` and the role ${quote(rest.role)}` : '';
  return `Only callers with a valid token${role} may call it.`;
}

function touches({ reads, writes, sendsMail }: PlanDescription): string {
  const parts = [
    reads.length > 0 ? `reads ${joinWords(reads.map(quote), 'and')}` : '',
    writes.length > 0 ? `writes to ${joinWords(writes.map(quote), 'and')}` : '',
    sendsMail ? 'sends mail' : '',
  ].filter((part) => part !== '');
  return parts.length === 0
    ? 'It touches no collection and sends no mail.'
    : `It ${joinWords(parts, 'and')}.`;
}

function endings({ answers, failures }: PlanDescription): string {
  const given = answers.map(({ status, when }) => `It answers ${status} ${when}.`);
  const failed =
    failures.length === 0
      ? []
      : [`It fails when ${joinWords([...new Set(failures.map(({ when }) => when))], 'or')}.`];
  return [...given, ...failed].join(' ');
}
