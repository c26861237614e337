/** @module Who may call, as a request says it. */
import { singularOf } from './names.ts';
import { takeAll } from './read-request.ts';

/** Who may call: everybody, whoever is logged in, or whoever has a role. */
export interface Access {
  isProtected: boolean;
  role: string | null;
  /** Whether only the caller's own documents are meant. */
  isOwn: boolean;
}

const ROLE =
  '(admin(?:istrator)?|manager|moderator|editor|supervisor|staff|superuser|teacher|librarian|agent|operator|accountant|reviewer|approver|hr)';
/** Roles that are one also without a word such as "only". */
const CHIEF = '(admin(?:istrator)?|manager|moderator|editor|supervisor|superuser)';
const WHO = '(?:users?|people|members?|customers?|callers?|persons?|visitors?|clients?|employees?|accounts?)';
const LOGGED =
  '(?:(?:currently |already )?(?:logged|signed)[- ]?in|authenticated|authori[sz]ed|registered (?=users?|members?))';
const MAY =
  '(?: ?(?:can|may|should be able to|should|must|are allowed to|is allowed to|are able to|have access to|has access to|get to|want to|wants to|need to|needs to)\\b(?: (?:be able to|access|use|call|do)(?= this| that| it|$))?(?: (?:this|that|it)(?: endpoint| route| api)?)?)?';

const OPEN = [
  /\b(?:no (?:log-?in|auth\w*|token|account)(?: is)?(?: needed| required| necessary)?|without (?:a |any |needing )?(?:log-?in|auth\w*|logging in|token)|publicly(?: accessible| available)?|(?:it (?:is|should be) )?open to (?:everyone|all|anyone))\b/i,
];

const ROLES = [
  `[,;(]? ?\\b(?:an? |the )?${ROLE} (?:role|rights?|access|permissions?|privileges?)(?: is| are)? (?:required|needed|necessary|only)\\)?`,
  `[,;(]? ?\\b(?:for |by )?${ROLE}s? only ?\\((?:the )?role(?: is)? ["'\`]?(?:\\w+)["'\`]?\\)`,
  `[,;(]? ?(?:the )?(?:role|requiredRole)(?: of|:| is| must be)? ?["'\`]?${ROLE}s?["'\`]?(?: is)?(?: (?:needed|required|necessary))?\\)?`,
  `[,;(]? ?\\b(?:(?:it |this )?requires?|requiring|needs?|with|who ha(?:ve|s)) (?:the |an? )?["'\`]?${ROLE}["'\`]?[- ](?:role|rights|access|permissions?|privileges?)\\)?`,
  `[,;(]? ?(?:and )?\\b(?:it (?:is|should be) |this (?:is|should be) |(?:is|should be|available) )?(?:for |to |by )?(?:only|just) (?:be )?(?:(?:for|by|to|available to|accessible (?:to|by|for)|allowed for|callable by|done by|used by) )?(?:the |an? )?(?:${LOGGED} )?${ROLE}s?(?: users?)?${MAY}\\)?`,
  `[,;(]? ?\\b(?:it (?:is|should be) )?(?:for |by )?${ROLE}s?(?: users?)?[- ]?only\\b\\)?`,
  `[,;(]? ?\\b(?:it (?:is|should be) )?(?:restricted|limited|reserved|accessible|available|allowed)(?: only)? (?:to|for|by) (?:the )?${ROLE}s?(?: users?| only)?\\b\\)?`,
  `\\b(?:callers?|users?|who(?:ever)?|they|you|caller)? ?(?:calls? it )?(?:must|needs? to|has to|have to|should) be (?:an? )?(?:${LOGGED} (?:as )?(?:an? )?)?${ROLE}\\b`,
  `^(?:as|being) (?:an? |the )(?:\\w+ )?(admin(?:istrator)?|manager|moderator|supervisor)\\b,?(?: i| we)?(?: (?:want|would like|need|wish|can|should be able)(?: to)?)?(?: be able to)?`,
  `\\b(?:let|allow|enable|so that|for|lets|allows)? ?(?:the |an? )?\\b${CHIEF}s? (?:can|may|should be able to|must be able to|should|to (?=\\w+ (?:an?|the|all|every)\\b)|(?=(?:approve|reject|decide|review|accept|sign|delete|remove|update|create|list|view|see)s?\\b))`,
  `\\b(?:let|lets|allow|allows|for) (?:the |an? )?${CHIEF}s?\\b(?! (?:by|with|name|email))(?: to)?`,
  ` \\bby (?:an? |the )?${CHIEF}s?(?= ?(?:$|[,;.]| and\\b))`,
].map((source) => new RegExp(source, 'i'));

const LOGINS = [
  `[,;(]? ?\\b(?:and )?(?:the |every |each |all )?(?:callers?|clients?|users?|requests?|calls?|you|they)? ?(?:must|needs? to|has to|have to|should|sends?|passes)(?: (?:send|pass|bring|present|provide|include|have|carry|come with))?(?: along)? (?:an? |the |their |his |with )*(?:valid )?(?:bearer |access |auth(?:entication|orization)? |login |jwt )?(?:token|jwt)\\b(?: (?:in|as) the (?:auth\\w* )?header)?\\)?`,
  `[,;(]? ?\\b(?:given|with|for|only with|using|by) (?:an? |the )?valid (?:bearer |access |auth |login )?(?:token|jwt)\\b\\)?,?`,
  `[,;(]? ?(?:and )?\\b(?:it (?:is|should be) |this (?:is|should be) )?(?:for |to |by )?(?:only|just) (?:be )?(?:(?:visible|available|accessible|possible|allowed|callable|usable)? ?(?:for|by|to|if|when) )?(?:the |an? )?${LOGGED} ?(?:${WHO})?${MAY}\\)?`,
  `[,;(]? ?\\b(?:only )?(?:if|when|once|after|unless|as) (?:the )?(?:${WHO}|caller|they|he|she|someone|you) (?:is|are|has|have) (?:not )?(?:${LOGGED}|a valid token|an account)\\)?`,
  `[,;(]? ?\\b(?:the |a |this |it )?(?:${WHO}|caller|callers|you|they|one|route|endpoint)? ?(?:must|needs? to|has to|have to|should|is) be (?:protected|private|${LOGGED}|secured)(?: (?:with|by) (?:an? )?(?:jwt|token|auth\\w*|log-?in|bearer token))?(?: (?:to|for|first)(?: (?:use|do|see|call|access) (?:it|this|that))?)?\\)?`,
  `[,;(]? ?\\b(?:and )?(?:it |this |that |which )?(?:requires?|requiring|needs?|needing|with|behind|protected (?:by|with)|secured (?:by|with)|checks?|has|have) (?:an? |the |for )?(?:valid )?(?:user )?(?:log-?in|auth(?:entication|orization|orisation)?\\b(?: check| token| header)?|jwt(?: token| auth\\w*)?|bearer(?: token| auth)?|access token|valid token|token auth\\w*|token|being logged in|logged in user)(?: (?:is )?(?:required|needed|first))?(?! and (?:returns?|a))\\)?`,
  `[,;(]? ?\\b(?:log-?in|auth(?:entication)?|token|jwt)(?: is)? (?:required|needed|necessary|only)\\)?`,
  `[,;(]? ?\\b(?:it(?:'s| is)? |which (?:is|are) )?(?:protected|private|secured|members?[- ]only|auth[- ]only|login[- ]only)(?= (?:endpoint|route|api|get|post|read|list|and|by|with|page|resource|workflow|delete|update|create|end point|$)|[,;):.]|$)\\)?`,
  `\\b(?:let|allow|allows|lets|for|by|as) (?:an? |the )?${LOGGED} ?(?:${WHO})?(?: ?to)?${MAY}`,
  `\\b(?:an? |the |any )?${LOGGED} (?:${WHO})${MAY}(?!'s?)`,
  `\\b(?:after|once) (?:logging|signing) in\\b`,
].map((source) => new RegExp(source, 'i'));

/** `with the id of the user who wrote it`: the caller's, from the token. */
const WRITER =
  /,? ?(?:\b(?:and|plus|also|along|together|including|save|saved|store|stored)\b ?){0,3}(?:with |as )?\b(?:the |their )?(?:user ?)?id of (?:the |whoever |that )?(?:(?:logged|signed)[- ]in |current )?(?:user|person|member|customer|caller|author|one)? ?(?:who|that) (?:wrote|writes|created|creates|made|makes|placed|places|posted|posts|sent|sends|added|adds|submitted|submits|booked|calls|did|is calling|is logged in)\b(?: (?:it|them|the \w+|this))?/i;

const OWN =
  /\b(?:(?:of|for|from|belonging to) (?:the |an? )?(?:(?:currently |current )?(?:logged|signed)[- ]?in|current|authenticated|calling) (?:user|customer|person|member|caller)\b|(?:the |an? )?(?:(?:currently )?(?:logged|signed)[- ]?in|current|authenticated) (?:user|customer|member)'s|(?:that|which|who) belongs? to (?:them|him|her|me|the caller|the (?:current|logged[- ]in) user)|(?:his|her|their|my|your) own|own(?= \w+s\b))(?! (?:profile|account))/i;

/** Takes what is said about who may call out of the sentences. */
export function takeAccess(sentences: string[]): Access {
  const access: Access = { isProtected: false, role: null, isOwn: false };
  if (takeAll(sentences, OPEN[0]!).length > 0) return access;
  if (takeAll(sentences, OWN).length > 0) {
    access.isProtected = true;
    access.isOwn = true;
  }
  if (takeAll(sentences, WRITER).length > 0) {
    access.isProtected = true;
    access.isOwn = true;
  }
  for (const pattern of ROLES) {
    const [match] = takeAll(sentences, pattern);
    if (match?.[1] === undefined) continue;
    access.isProtected = true;
    access.role ??= roleName(match[1]);
  }
  for (const pattern of LOGINS) if (takeAll(sentences, pattern).length > 0) access.isProtected = true;
  if (MINE.test(sentences.join('. '))) Object.assign(access, { isProtected: true, isOwn: true });
  return access;
}

const MINE =
  /\b(?:show|list|get|see|view|fetch|return|read|find|display)\b(?: \w+){0,3}? my (?:own )?(?!profile|account|shop|app|site|website|store|company|team|business|details|customers|users|products|employees)[a-z]+s\b/i;

/** `administrators` → `admin`. */
export function roleName(word: string): string {
  const role = singularOf(word.toLowerCase());
  return role === 'administrator' || role === 'superuser' ? 'admin' : role;
}
