/** @module What the person calls private asks for a token before anything happens. */
import { textOf, type WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';

const PROTECTED =
  /\b(?:(?:only|just) (?:for )?(?:the )?(?:logged[- ]?in|signed[- ]?in|authenticated|authori[sz]ed|registered|admins?|administrators?|managers?|staff)|(?:must|needs? to|has to|have to|should) (?:be|have been) (?:logged[- ]?in|signed[- ]?in|authenticated|authori[sz]ed)|(?:requires?|requiring|needs?|with) (?:a )?(?:valid )?(?:login|log-in|authentication|authorization|(?:bearer |access |auth |jwt )?token)\b(?! (?:back|in (?:the )?(?:answer|response)))|(?:admins?|managers?|members?|staff|logged[- ]?in users?)[- ]only|(?:protected|private|secured) (?:endpoint|route|api|read|page|list)|for (?:logged[- ]?in|signed[- ]?in|authenticated) (?:users?|people|members?))/i;
const OPEN =
  /\b(?:no (?:login|log-in|authentication|auth|token)|without (?:a )?(?:login|logging in|authentication|auth|token)|(?:does|do) ?n[o']t (?:need|require)|not (?:protected|private)|public(?:ly)?|anybody|anyone|everyone|open to all|remove the (?:login|token|auth))/i;
/** "Nobody without a token" asks for one, although it sounds like the opposite. */
const NOT_WITHOUT =
  /\b(?:not|n[o']t|cannot|nobody|no ?one|never|reject|refuse|deny|block|stop)\w*\b[^.;,]{0,50}\bwithout (?:an? |any )?(?:valid )?(?:log[- ]?in|logging in|signing in|authentication|authorization|auth|token|jwt)\b|\b(?:token|login|log-in|authentication|authorization) (?:is |are )?(?:required|needed)\b/i;
/** "No token is required", "login is not required", "should not require a token". */
const NOT_NEEDED =
  /\b(?:no|not|without|never)\b[^.;,]{0,25}\b(?:required|needed)\b|(?:n't|not|never) (?:need|require|ask)/i;
/** Making and handing out tokens is not asking for one. */
const HANDS_OUT =
  /\b(?:return|give|get|issue|respond with|answer with|generate|hand out|receive|obtain|send back|creat)\w*\b[^.]{0,40}\b(?:token|jwt)\b/gi;
const WORKS = new Set(['dbFind', 'dbInsert', 'dbUpdate', 'dbDelete', 'emailSend']);

/** Missing token checks. */
export function checkProtection(steps: readonly WrittenStep[], prompt: string): PolicyFinding[] {
  const asked = prompt.slice(0, 20_000).replace(HANDS_OUT, ' ');
  if (!asksForToken(asked)) return [];
  const check = steps.findIndex(({ type }) => type === 'authMiddleware');
  const work = steps.findIndex(({ type }) => WORKS.has(type));
  if (check === -1 || (work !== -1 && work < check)) return [unprotected(steps[Math.max(work, 0)])];
  const role = /\b(?:only|just) (?:for )?(?:the )?(admin|manager)s?\b|\b(admin|manager)s?[- ]only\b/i.exec(
    asked,
  );
  const name = (role?.[1] ?? role?.[2])?.toLowerCase();
  const given = steps[check];
  if (name === undefined || !given || textOf(given.fields.requiredRole) !== '') return [];
  return [
    {
      code: 'HOUSE_UNPROTECTED',
      severity: 'warning',
      step: given,
      field: 'requiredRole',
      message: `Only the role "${name}" shall get through, but any valid token does`,
      expected: `requiredRole "${name}"`,
      suggestion: `Set requiredRole to "${name}"`,
    },
  ];
}

function asksForToken(asked: string): boolean {
  if (NOT_NEEDED.test(asked)) return false;
  return NOT_WITHOUT.test(asked) || (PROTECTED.test(asked) && !OPEN.test(asked));
}

function unprotected(step: WrittenStep | undefined): PolicyFinding {
  return {
    code: 'HOUSE_UNPROTECTED',
    severity: 'error',
    ...(step && { step }),
    message: 'The request asks for a login, but the workflow works without a token',
    expected: 'an authMiddleware step before anything is read, written or sent',
    suggestion: 'Put an authMiddleware step right behind the input',
  };
}
