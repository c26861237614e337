/** @module Which family of workflows a request belongs to. */
import type { Reading } from './reading.ts';

/** A family of workflows that the rules can build. */
export type Family =
  | 'signUp'
  | 'logIn'
  | 'contact'
  | 'webhook'
  | 'decide'
  | 'submit'
  | 'create'
  | 'read'
  | 'update'
  | 'delete';

const LOGIN =
  /\b(?:log|sign)(?:s|ging|ning)?[ -]?in\b(?! (?:users?|people|members?)\b.{0,30}\b(?:can|may|should)\b)|\blogin\b|\b(?:username|user name|e-?mail)\b.{0,20}\bpassword\b.{0,30}\b(?:jwt|token)\b|\bcredentials\b.{0,60}\b(?:token|jwt)\b|\bauthenticat(?:e|es|ing|ion)\b|\b(?:gets?|issues?|returns?|obtain|generates?|give) (?:an? |the |back a |them a )?(?:jwt|(?:auth |access |bearer )?token)\b|\b(?:check|verif(?:y|ie)|validate|compare|confirm)(?:s|ing)? (?:(?:the|their|an?|his|her|given|user'?s?|person's|customer's|someone's|somebody's|my) )*(?:credentials|(?:e-?mail|username)(?: address)?(?: and|,| \+| &|\/) ?(?:(?:the|their|his|her) )?password)\b/i;
/** `Log users in` opens a session; it stores no log entry. */
const LOG_PEOPLE_IN =
  /\b(?:log|sign)(?:s|ging|ning)?[ -]?(?:in (?:an? |the |my |our )?(?:users?|people|members?|customers?)(?! (?:collection|table|list)\b)|(?:an? |the |my |our )?(?:users?|people|members?|customers?|persons?|them|someone) in(?! (?:an?|the|my|our|its) (?!app|site|website|web ?shop|shop|portal|system|account)))\b/i;
const SIGN_UP =
  /\bsign(?:s|ing)?[ -]?up\b|\bsignup\b|\bregistration\b|\bregister(?:s|ing)?\b|\b(?:creat|open|mak|set up|add)\w* (?:an? |their |his |new |user |customer |the )*(?:accounts?)\b|\bonboard\w* (?:new |a )?users?\b|\bnew accounts?\b|\bjoin\b(?= (?:my|our|the|with|by|using|us)\b)/i;

/** The family, or `null` when none fits. */
export function familyOf(reading: Reading): Family | null {
  const core = reading.sentences.join('. ');
  const whole = `${core}. ${reading.route?.path.join(' ') ?? ''}`;
  const first = reading.deeds[0];
  const path = reading.route?.path.join('/') ?? '';
  if (
    /\bweb ?hooks?\b|\bweb-hooks?\b|\bcallbacks? (?:from|of)\b|\b(?:events?|notifications?|pings?|payloads?|callbacks?|posts?) (?:sent |coming |that come |posted )?(?:from|by) (?:stripe|github|gitlab|paypal|shopify|slack|twilio|mailchimp|sendgrid|zapier|mollie|hubspot|calendly|typeform)\b|\b(?:stripe|github|gitlab|paypal|shopify|slack|twilio|sendgrid|zapier|mollie|hubspot|calendly|typeform) (?:\w+ )?(?:events?|pushes?|callbacks?|notifications?|payloads?|calls|sends|posts)\b|\bincoming (?:events?|payloads?)\b/i.test(
      reading.text,
    )
  )
    return /^(?:list|get|show|fetch|delete|remove)/i.test(first?.verb ?? '') &&
      first?.action !== 'create' &&
      !/\b(?:receiv|stor|sav|record|log|keep|persist|writ|insert|put)\w*|\bwebhook endpoint\b/i.test(whole)
      ? actionFamily(reading)
      : 'webhook';
  if (
    /\b(?:contact|enquir(?:y|ies)|inquir(?:y|ies)|get[- ]in[- ]touch|feedback|support)[- ]?(?:us )?(?:form|page|request form|message form)s?\b|\bcontact us\b|\b(?:request|ask(?:s|ing)? for|want|order|leave|book)(?:s|ing)? (?:an? )?(?:call[- ]?back|phone call)\b|\bcall[- ]?back requests?\b|\b(?:sends?|gives?|leaves?|submits?|writes?|posts?) (?:us |me |the shop |their |your |my |some )*feedback\b(?! (?:for|on|about) (?:an? |the |each |one )?(?:product|order|course|book|movie|event)s?\b)|\bsend (?:us|me) (?:an? )?(?:message|enquiry|inquiry|question)s?\b|\bcontact[- ]?(?:message|request)s?\b|\bform on (?:my|our|the) (?:web ?site|page|site|homepage)\b|\bget in touch\b|\bcontact endpoint\b|^\/?contact$/i.test(
      `${reading.text} `,
    ) ||
    path === 'contact'
  ) {
    if (
      first === undefined ||
      first.action === 'create' ||
      !/\b(?:all|list|delete|remove|update|mark|latest|newest)\b/i.test(core)
    )
      return 'contact';
  }
  const approval = approvalFamily(reading, whole);
  if (approval !== null) return approval;
  if (LOGIN.test(whole) && !isAbout(whole, /\blast ?login|login (?:attempts?|history|logs?|events?)\b/i)) {
    if (
      !SIGN_UP.test(core.slice(0, Math.max(core.search(LOGIN), 0))) ||
      /\blog(?:s|ging)?[ -]?in\b.*\bregister(?:ed)?\b/i.test(core)
    ) {
      if (!isOtherWork(reading)) return 'logIn';
    }
  }
  if (LOG_PEOPLE_IN.test(reading.text) && !SIGN_UP.test(reading.text) && !isOtherWork(reading))
    return 'logIn';
  if (isSignUp(reading, whole)) return 'signUp';
  return actionFamily(reading);
}

function isAbout(text: string, pattern: RegExp): boolean {
  return pattern.test(text);
}

function isOtherWork(reading: Reading): boolean {
  const [first] = reading.deeds;
  return (
    first !== undefined && !LOGIN.test(first.rest) && (first.action === 'update' || first.action === 'delete')
  );
}

function isSignUp(reading: Reading, whole: string): boolean {
  const match = SIGN_UP.exec(whole);
  if (!match) {
    const [first] = reading.deeds;
    return (
      first?.action === 'create' &&
      /^(?:an? |the |new )*(?:users?|accounts?|customers?|members?)\b.*\bpassword\b/i.test(first.rest)
    );
  }
  if (
    /\bsign(?:s|ing)?[ -]?up\b[^.]{0,20}\b(?:for|to) (?:the |our |my |a )?(?:newsletter|waiting|wait ?list|beta|mailing|event|course|class|workshop)|newsletter|wait ?list/i.test(
      whole,
    )
  )
    return false;
  const behind = whole.slice(match.index + match[0].length);
  const isRegister = /^register/i.test(match[0]);
  if (
    isRegister &&
    /^ ?(?:for |an? |the |new |one |all )+(?!.{0,12}\b(?:users?|accounts?|customers?|members?|person|people|visitors?|themselves|profile|account)\b)[\w-]+/i.test(
      behind,
    ) &&
    !/\bpassword\b/i.test(whole)
  )
    return false;
  if (/^registration/i.test(match[0]) && !/\bpassword|users?|accounts?|e-?mail\b/i.test(whole)) return false;
  const [first] = reading.deeds;
  return !(
    first !== undefined &&
    (first.action === 'read' || first.action === 'delete') &&
    whole.search(SIGN_UP) > 25 &&
    !/register|sign/i.test(first.rest.slice(0, 30))
  );
}

/** What may be approved, or what an approval makes of the status. */
const DECISION_RULE =
  /\bonly\b[^.;]{0,60}\b(?:can|may) be (?:approved|rejected|declined|accepted)\b|\bapprov(?:e|al|es|ing)\b.{0,200}\bstatus (?:becomes|turns|changes to|is (?:set|changed) to|(?:to|=) )/i;

function approvalFamily(reading: Reading, whole: string): 'decide' | 'submit' | null {
  const all = reading.text;
  if (
    /\b(?:request|ask|appl(?:y|ie)|put in)(?:s|ing)?(?: for)? (?:an?|some|their|annual|paid|sick|unpaid)? ?(?:leave|vacation|time off|days? off|holidays?|refund|reimbursement)\b/i.test(
      whole,
    ) &&
    !/\bapprov(?:e|es)\b|\breject|\bdecid/i.test(whole)
  )
    return 'submit';
  if (
    !/\bapprov\w*|\breject\w*|\bdeclin\w*|\bsign(?:s|ed)? off\b|\bfor review\b|\bfor (?:a )?decision\b|\bdecid\w*/i.test(
      all,
    )
  )
    return null;
  if (
    /\b(?:approved|rejected|unapproved|declined) \w+s\b/i.test(whole) &&
    reading.deeds[0]?.action === 'read'
  )
    return null;
  if (
    reading.deeds[0]?.action === 'read' &&
    !/\bapprov(?:e|es|ing)\b|\breject(?:s|ing)?\b|\bdecid/i.test(whole)
  )
    return null;
  if (DECISION_RULE.test(whole)) return 'decide';
  const submit = whole.search(
    /\b(?:submit\w*|request(?:s|ing)?(?= (?:an?|some|leave|vacation|time|days|holidays|approval))|appl(?:y|ies)|ask(?:s|ing)? for|hand(?:s)? in|fil(?:e|es|ing)|for (?:their |the |an? )?(?:manager'?s? )?(?:approval|review)|needs? (?:an? |to be )?approv\w*|awaiting|wait(?:s|ing)? for|to be approved|send(?:s)? in|pending)\b/i,
  );
  const decide = whole.search(
    /\b(?:approv(?:e|es|ing)|reject(?:s|ing)?|declin(?:e|es|ing)|decid(?:e|es|ing)|sign(?:s)? off|accept(?:s|ing)? or)\b/i,
  );
  if (decide < 0 && submit < 0)
    return /\bdecision\b|\bapproval\b/i.test(whole)
      ? /\b(?:by id|decision)\b/i.test(whole)
        ? 'decide'
        : 'submit'
      : null;
  if (decide < 0) return 'submit';
  if (submit < 0 || decide < submit) return 'decide';
  return 'submit';
}

function actionFamily(reading: Reading): Family | null {
  const { deeds, route } = reading;
  if (route && route.action !== 'read') return route.action;
  const [first] = deeds;
  if (first === undefined) return route ? 'read' : null;
  if (
    /^publish/.test(first.verb) &&
    /\bwith\b|:/.test(first.rest) &&
    !/\bby\b|\bid\b|\bgiven\b/i.test(first.rest)
  )
    return 'create';
  if (first.action !== 'read') return first.action;
  if (route?.parameters.length) return 'read';
  return (
    deeds.find(
      ({ action, verb, rest }) =>
        action !== 'read' &&
        !/^(?:order|post|book|open|set|complete|track|place|make|take|enter|filter|report|accept)/.test(
          verb,
        ) &&
        /^(?:it|them|him|her|his|its|their|the|an?|all|new)\b/i.test(rest),
    )?.action ?? 'read'
  );
}
