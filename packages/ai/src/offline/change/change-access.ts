/** @module Changes of who may call, how long a token lives, and how long a run waits. */
import { takeAccess } from '../access.ts';
import { before, freeId, type Outcome, type Parts, setField } from './parts.ts';

const OPENS =
  /\b(?:make|should be|is|be|are)\b.{0,20}\bpublic(?:ly)?\b(?! field)|\b(?:no (?:log-?in|auth\w*|token)|without (?:log-?in|logging in|auth\w*|a token)|remove (?:the )?(?:auth\w*|log-?in|access|token|protection)\b|any(?:one|body) (?:can|may|should)|every(?:one|body) (?:can|may|should)|open (?:it )?(?:to|for|up) ?(?:everyone|everybody|all|anyone)?|unprotect)|\bdo(?:es)? ?(?:not|n't) (?:need|require|have) (?:to be logged in|a token|(?:a )?log-?in|auth\w*)/i;
const PROTECTS =
  /\b(?:protect|secure|make it private|require (?:an? )?(?:valid )?(?:log-?in|auth\w*|token|jwt|bearer)|add (?:an? )?(?:auth\w*|log-?in|token|jwt)\b|must be logged in|logged[- ]in|only for (?:our |the )?(?:members|users|customers|employees|registered)|(?:members|users|customers|employees)[- ]only)/i;
const ROLE_NAMED =
  /\brole (?:of |called |named )?["'`]?([a-z][\w-]{1,30})["'`]?|["'`]([a-z][\w-]{1,30})["'`] role\b/i;
const ONLY_ROLE =
  /^(?:only|just) (?:the )?([a-z]+?)s? (?:(?:can|may|should|must)(?: be able to)? |are allowed to |is allowed to )(?:call|do|use|see|access|delete|create|update|change|add|read|list|view|edit)\b/i;
const NO_ROLE =
  /^(?:user|member|people|person|customer|caller|visitor|client|account|they|owner|one|required|needed|must|is|should|can|may|employee|new|the|of|and|or|in|to|field)$/i;

/** `Only admins may do this`, `make it public`. */
export function changeAccess(wish: string, parts: Parts): Outcome {
  const { auth, input } = parts;
  if (
    /\b(?:answer|response|field|gets? the role|with the role "?\w+"? as)\b/i.test(wish) &&
    !/\bonly\b/i.test(wish)
  )
    return null;
  if (OPENS.test(wish)) return auth ? [{ op: 'remove', id: auth.id }] : [];
  if (
    !/\b(?:only|just|must|needs?|requires?|protect|secure|private|restrict\w*|limit\w*|reserved|allow\w*|log-?in|logged|token|auth\w*|may|can)\b/i.test(
      wish,
    )
  )
    return null;
  const wanted = takeAccess([wish]);
  const named = ROLE_NAMED.exec(wish);
  const only = ONLY_ROLE.exec(wish);
  const said = wanted.role ?? named?.[1] ?? named?.[2] ?? only?.[1] ?? null;
  const role = said === null || NO_ROLE.test(said) ? null : said.toLowerCase();
  if (!wanted.isProtected && role === null && !PROTECTS.test(wish)) return null;
  if (auth) return role === null ? [] : setField(auth, 'requiredRole', role);
  return [
    {
      op: 'add',
      step: {
        id: freeId('check_access', parts),
        type: 'authMiddleware',
        ...(role === null ? {} : { requiredRole: role }),
      },
      after: input?.id ?? null,
    },
  ];
}

const UNITS = '(seconds?|s|minutes?|mins?|hours?|h|days?|weeks?|months?)';

/** `The token should only be valid for 1 hour`. */
export function changeTokenLife(wish: string, { all }: Parts): Outcome {
  if (!/\b(?:token|jwt|session|log-?in)s?\b/i.test(wish)) return null;
  if (!/\b(?:valid|expir\w*|last\w*|lives?|lifetime|good|validity|run out)\b/i.test(wish)) return null;
  const match = new RegExp(
    `\\b(\\d{1,4}|an?|one|two|half an?)[ -]${UNITS}\\b|\\b(\\d{1,4})${UNITS}\\b`,
    'i',
  ).exec(wish);
  const token = all.find(({ type }) => type === 'jwtGenerate');
  if (!match || !token) return null;
  const said = (match[1] ?? match[3])!.toLowerCase();
  const unit = (match[2] ?? match[4])!.toLowerCase();
  if (said.startsWith('half')) return unit.startsWith('h') ? setField(token, 'expiresIn', '30m') : null;
  const count = /^\d/.test(said) ? Number(said) : said === 'two' ? 2 : 1;
  const life = unit.startsWith('month') ? `${count * 30}d` : `${count}${unit.charAt(0)}`;
  return setField(token, 'expiresIn', life);
}

/** `Wait 5 seconds before the mail`, `remove the delay`. */
export function changeDelay(wish: string, parts: Parts): Outcome {
  const delay = parts.all.find(({ type }) => type === 'delay');
  if (/\b(?:remove|drop|no|without|skip|don't|do not|stop)\b.{0,20}\b(?:delay|wait\w*|pause)\b/i.test(wish))
    return delay ? [{ op: 'remove', id: delay.id }] : [];
  const match =
    /\b(?:wait|delay|pause|sleep)\w*\b.*?(\d{1,6}|\ban?\b|\bone\b|\btwo\b|\bfive\b|\bten\b)(?:[ -]?(milliseconds?|ms|seconds?|secs?|s|minutes?|min|hours?|h))?\b/i.exec(
      wish,
    ) ??
    /\b(\d{1,6}|an?|one|two|five|ten)[ -](seconds?|minutes?|hours?)\b.*\b(?:delay|wait|pause|later)/i.exec(
      wish,
    );
  if (!match || (match[2] === undefined && !/^\d/.test(match[1]!))) return null;
  const unit = (match[2] ?? 's').toLowerCase();
  const words: Readonly<Record<string, number>> = { two: 2, five: 5, ten: 10 };
  const count = /^\d/.test(match[1]!) ? Number(match[1]) : (words[match[1]!.toLowerCase()] ?? 1);
  const factor = /^mil|^ms/.test(unit) ? 0.001 : unit.startsWith('m') ? 60 : unit.startsWith('h') ? 3600 : 1;
  const seconds = count * factor;
  if (delay && !/\b(?:another|also|second)\b/i.test(wish)) return setField(delay, 'seconds', seconds);
  const isBeforeMail =
    /\b(?:mail|e-?mail|sending|notif\w+)\b/i.test(wish) && !/\bafter\b.*\bmail/i.test(wish);
  const next = (isBeforeMail ? parts.mails[0] : undefined) ?? parts.response;
  return [
    {
      op: 'add',
      step: { id: freeId('wait', parts), type: 'delay', seconds },
      after: before(next?.id, parts),
    },
  ];
}
