/** @module Everything the check can find: how serious it is, what it means, what to do. */

/**
 * `note`: works as it is. `safe`: works, and `--fix --confirm` makes it better. `person`: needs a decision.
 */
export type Severity = 'note' | 'safe' | 'person';

/** What is known about a kind of finding. */
export interface IssueKind {
  severity: Severity;
  /** Follows a number: "3 workflows …". */
  says: string;
  /** What to do, or what the server does by itself. */
  advice: string;
}

const note = (says: string, advice: string): IssueKind => ({ severity: 'note', says, advice });
const safe = (says: string, advice: string): IssueKind => ({ severity: 'safe', says, advice });
const person = (says: string, advice: string): IssueKind => ({ severity: 'person', says, advice });

/** Every kind of finding, by its code. */
export const ISSUES = {
  ID_FORM: person(
    'have an _id that is no ObjectId',
    'Lists that are longer than one page stop at them. Insert them again with an ObjectId.',
  ),

  WORKFLOW_UNREADABLE: person(
    'have no workflowId or ownerId that is a text',
    'They cannot be reached. Give them both, or delete them.',
  ),
  WORKFLOW_STEPS_NOT_A_LIST: person(
    'have steps that are no list',
    'They are listed, and every run of them fails. Replace the steps.',
  ),
  WORKFLOW_STEP_UNKNOWN: person(
    'have a step of a type that this server does not know',
    'They run up to that step and fail there. Replace the step.',
  ),
  WORKFLOW_BROKEN: person(
    'have a step that cannot run',
    'They run up to that step and fail there, or do not start at all. docs/errors.md explains the codes.',
  ),
  WORKFLOW_WARNED: note(
    'run, with warnings of the compiler',
    'They behave as before: a blank field fails its own step. docs/errors.md explains the codes.',
  ),
  WORKFLOW_DUPLICATE: person(
    'share owner and workflowId with another row',
    'The row that was changed last is used. Delete the others, or give them ids of their own.',
  ),
  WORKFLOW_WITHOUT_DATABASE: person(
    'use a database, and their owner has connected none',
    'Their database steps fail. Connect a database for the owner, or give the workflow to an account.',
  ),
  WORKFLOW_WITHOUT_VERSION: safe(
    'have no version',
    'They count as version 1. The repair writes that number, so that the database keeps their ids unique.',
  ),

  API_UNREADABLE: person(
    'have no path, slug, workflowId or ownerId that is a text',
    'They cannot be called. Complete or delete them.',
  ),
  API_PATH_WRONG: person(
    'have a path that does not follow from workflowId and slug',
    'No call reaches them. Save the workflow again under the name, and delete the row.',
  ),
  API_PATH_DUPLICATE: person(
    'share their path with another row',
    'The unique index on path cannot be built. Delete all but one.',
  ),
  API_WITHOUT_WORKFLOW: person(
    'belong to a workflow that does not exist',
    'Calls answer 404 "Workflow not found". Restore the workflow, or delete the row.',
  ),
  API_OF_OTHER_OWNER: person(
    'belong to another owner than the workflow of that id',
    'Calls answer 404 "Workflow not found". Correct the ownerId of one of the two.',
  ),
  API_RUNS_LATEST: note(
    'name no version',
    'They run the workflow as it stands, as before; saving or publishing it again fixes the version.',
  ),

  USER_WITHOUT_EMAIL: person('have no e-mail address', 'They cannot log in. Add an address, or delete them.'),
  USER_WITHOUT_PASSWORD: person('have no password', 'They cannot log in. Set one, or delete them.'),
  USER_PLAIN_PASSWORD: note(
    'have a password in plain text',
    'It is replaced by its hash at their next successful log-in. Unused accounts are better deleted.',
  ),
  USER_EMAIL_DUPLICATE: person(
    'share their e-mail address with an older account, upper and lower case being the same',
    'The older one keeps the address; this one can log in only while it is spelled differently. Change or delete one.',
  ),
  USER_WITHOUT_EMAIL_KEY: safe(
    'have no emailKey',
    'The repair adds it (the server would at its next start): by it they are found in any case of letters, and stay unique.',
  ),
  USER_EMAIL_KEY_STALE: safe(
    'have an emailKey that does not fit their address',
    'They are not found under their address. The repair corrects the key.',
  ),
  USER_WITHOUT_ROLE: safe(
    'have no role',
    'They count as "user". The repair writes that, so that searches by role find them.',
  ),

  CONNECTION_UNREADABLE: person(
    'have no ownerId or encryptedUri that is a text',
    'They are not used. Complete or delete them.',
  ),
  CONNECTION_DUPLICATE: person(
    'share their owner with another row',
    'The unique index on ownerId cannot be built. Delete all but one.',
  ),
  CONNECTION_UNUSED: note(
    'stand under a name that the web client made up (user_<number>)',
    'Runs of such owners use the connection of "default-owner"; these are not read.',
  ),
  CONNECTION_UNDECRYPTABLE: person(
    'cannot be decrypted under this ENCRYPTION_KEY',
    'Their steps fail. Set the key they were written under, or have the owners connect again.',
  ),
  CONNECTION_REFUSED: person(
    'lead to an address that this server does not accept',
    'Their steps fail. The owners have to connect again with another connection string.',
  ),
  CONNECTION_NOT_CHECKED: person(
    'are encrypted, and no ENCRYPTION_KEY is set here',
    'Run the check again with the ENCRYPTION_KEY of the server.',
  ),
  CONNECTION_UNPREFIXED: safe(
    'are encrypted in the older form without "enc:"',
    'They are read. The repair adds the prefix, so that nothing has to guess.',
  ),
  CONNECTION_PLAIN: safe(
    'are stored in plain text',
    'They are read. The repair encrypts them, so that a copy of the database gives no access to others.',
  ),
  CONNECTION_PLAIN_WITHOUT_KEY: note(
    'are stored in plain text',
    'They are read. With the ENCRYPTION_KEY of the server set here, --fix encrypts them.',
  ),

  DOCUMENT_UNREADABLE: person(
    'have no owner, no usable collection name, or data that is no object',
    'They are shown nowhere. Correct or delete them.',
  ),
  DOCUMENT_WITHOUT_ACCOUNT: note(
    'belong to no account',
    'They are kept; collections are shown to accounts only. Change ownerId to the id of an account to give them to it.',
  ),

  DEFINITION_UNREADABLE: person(
    'have no collectionName that is a text',
    'They are shown nowhere. Correct or delete them.',
  ),
  DEFINITION_DUPLICATE: person(
    'share owner and name with another row',
    'The unique index cannot be built. Delete all but one.',
  ),
  DEFINITION_WITHOUT_OWNER: note(
    'have no owner',
    'They are kept but not shown: collections are listed by their documents.',
  ),
  DEFINITION_INDEX_OLD: safe(
    'unique index on the name alone',
    'It keeps two owners from using one name. The repair drops it (the server would at its next start).',
  ),

  SESSION_EXPIRED: note(
    'have expired',
    'They are answered like sessions that never were, and the database removes them.',
  ),
  SESSION_UNREADABLE: note(
    'have no sessionId, userId or expiry',
    'They open nothing, and nothing removes them. They can be deleted.',
  ),
  SESSION_DUPLICATE: person(
    'share their sessionId with another row',
    'The unique index on sessionId cannot be built. Delete all but one.',
  ),
} satisfies Record<string, IssueKind>;

/** The code of a kind of finding. */
export type IssueCode = keyof typeof ISSUES;

/** What is known about a code. */
export const issueOf = (code: IssueCode): IssueKind => ISSUES[code];
