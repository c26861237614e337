/** @module What trials show, said so that a person or a model can act upon it. */
import type { Plan } from '@orchestrix/engine';
import type { Finding } from '../finding.ts';
import type { TrialOutcome } from './run-trial.ts';

/** Collects the findings of one proof. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(private readonly plan: Plan) {}

  impossible(field: string): void {
    this.add('PROOF_IMPOSSIBLE', 'warning', undefined, {
      path: `inputVariables.${field}`,
      message: `The workflow was not tried: no example of "${field}" satisfies its rules`,
      expected: 'rules that a caller can satisfy',
      suggestion: `Look at the rules of "${field}" again, its pattern first`,
    });
  }

  doesNothing(): void {
    this.add('PROOF_DOES_NOTHING', 'error', undefined, {
      message: 'The workflow does nothing: no step reads, stores, sends or answers anything',
      expected: 'a step with an effect, or a response',
      suggestion: 'Add the steps that do what was asked for',
    });
  }

  unsupported(trial: TrialOutcome): void {
    this.add('PROOF_IMPOSSIBLE', 'warning', trial.failedStep, {
      message: `The workflow could not be tried in memory: ${trial.error ?? ''}`,
      expected: 'a sandbox on a real database',
    });
  }

  goodRefused(trial: TrialOutcome): void {
    if (trial.outcome === 'refusal' && trial.error === undefined) {
      this.add('PROOF_REFUSED', 'error', undefined, {
        message: `A good request was answered with ${trial.status}`,
        got: got(trial),
        expected: 'an answer below 400',
        suggestion: 'Look at the guards and whether they ask for the right thing',
      });
      return;
    }
    this.add('PROOF_FAILED', 'error', trial.failedStep, {
      message: `A good request failed: ${trial.error ?? `it was answered with ${trial.status}`}`,
      got: got(trial),
      expected: 'a run that succeeds',
      suggestion: 'Check what this step refers to: the names of inputs and of outputs of earlier steps',
    });
  }

  duplicate(trial: TrialOutcome): void {
    if (trial.outcome === 'success') {
      this.add('PROOF_DUPLICATE_ACCEPTED', 'error', undefined, {
        message: 'The same request was accepted twice, and stored twice',
        got: got(trial),
        expected: 'a refusal of the second one, such as 409',
        suggestion:
          'Look for an existing document with dbFind, and stop with a guard (is: "absent") before dbInsert',
      });
      return;
    }
    this.add('PROOF_DUPLICATE_FAILED', 'error', trial.failedStep, {
      message: `The same request a second time failed: ${trial.error ?? `answered ${trial.status}`}`,
      got: got(trial),
      expected: 'a refusal, such as 409',
      suggestion: 'Stop with a guard (is: "absent") where the existing document is found',
    });
  }

  wrongInput(
    kind: 'missing' | 'wrong-type',
    field: string,
    trial: TrialOutcome,
    use: 'written' | 'only-read',
  ): void {
    const code = kind === 'missing' ? 'PROOF_MISSING' : 'PROOF_TYPE';
    const what = kind === 'missing' ? `without "${field}"` : `with a "${field}" of the wrong type`;
    const suggestion = `Check "${field}" with an inputValidation step before anything is read, written or sent`;
    if (trial.outcome === 'success') {
      const severity = kind === 'missing' && use === 'written' ? 'error' : 'warning';
      this.add(`${code}_ACCEPTED`, severity, undefined, {
        path: `inputVariables.${field}`,
        message: `A request ${what} was accepted`,
        got: got(trial),
        expected: 'a refusal that names the field',
        suggestion,
      });
      return;
    }
    this.add(`${code}_FAILED`, 'error', trial.failedStep, {
      message: `A request ${what} was not refused, but failed: ${trial.error ?? `answered ${trial.status}`}`,
      got: got(trial),
      expected: 'a refusal that names the field',
      suggestion,
    });
  }

  tokenIgnored(trial: TrialOutcome): void {
    this.add('PROOF_TOKEN_IGNORED', 'error', trial.failedStep, {
      message:
        trial.outcome === 'success'
          ? 'A request without a token was accepted'
          : trial.outcome === 'refusal'
            ? 'A request without a token was refused only after something was stored, changed or sent'
            : `A request without a token was not refused, but failed: ${trial.error ?? `answered ${trial.status}`}`,
      got: got(trial),
      expected: 'a refusal at the authMiddleware step',
      suggestion: 'Put the authMiddleware step right behind the input',
    });
  }

  unknownFailed(trial: TrialOutcome): void {
    this.add('PROOF_UNKNOWN_FAILED', 'error', trial.failedStep, {
      message: `A request for something that is not there failed: ${trial.error ?? `answered ${trial.status}`}`,
      got: got(trial),
      expected: 'a refusal, such as 404',
      suggestion: 'Stop with a guard (is: "present", statusCode: 404) behind the dbFind',
    });
  }

  private add(
    code: string,
    severity: Finding['severity'],
    stepId: string | undefined,
    about: Partial<Finding> & Pick<Finding, 'message'>,
  ): void {
    const position = this.plan.definition.steps.findIndex(({ id }) => id === stepId);
    const path = position === -1 ? '' : `steps.${position}`;
    this.list.push({ code, severity, stepId: stepId ?? null, path, ...about });
  }
}

function got({ shown }: TrialOutcome): string {
  const text = JSON.stringify(shown.answer) ?? '';
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
