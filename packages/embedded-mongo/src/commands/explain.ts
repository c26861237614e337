/** @module The explain command. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument } from '../language/fields.ts';
import type { Task } from '../pace.ts';
import { explainAggregate } from './aggregate.ts';
import { type Command, type CommandAnswer, type CommandContext, targetCollection } from './command.ts';
import { describeQuery } from './describe-plan.ts';
import { collationOption, countOption, documentOption, hintOption, variablesOption } from './options.ts';
import { prepareQuery } from './query.ts';
import { CommandRequest } from './request.ts';

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** explain: of find, count, distinct, aggregate, update, delete and findAndModify; nothing is written. */
export const explainCommand: Command = {
  fields: ['verbosity'],
  *run(context) {
    const { fields, database } = context;
    const command = documentOption(fields, 'explain');
    if (!command) throw new CommandError('TypeMismatch', "BSON field 'explain' must be an object");
    const verbosity = String(fields.verbosity ?? 'allPlansExecution');
    if (!VERBOSITIES.includes(verbosity)) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    const request = CommandRequest.of(command, database);
    const inner = { ...context, request, fields: command };
    const answer = yield* explainInner(inner, verbosity);
    return { explainVersion: '1', ...answer, command, serverInfo: serverInfo(context) };
  },
};

function* explainInner(context: CommandContext, verbosity: string): Task<CommandAnswer> {
  if (context.request.name === 'aggregate') return yield* explainAggregate(context, verbosity);
  const { fields } = context;
  const statement = statementOf(context);
  const collection = targetCollection(context);
  if (!collection) return emptyPlan(context, verbosity);
  const query = prepareQuery(collection, {
    filter: statement.filter,
    sort: documentOption(fields, 'sort') ?? {},
    skip: countOption(fields, 'skip') ?? 0,
    limit: Math.abs(Number(statement.limit ?? 0)),
    collation: collationOption(statement.options, collection),
    hint: hintOption(statement.options, collection),
    variables: variablesOption(fields),
  });
  return yield* describeQuery(query, verbosity);
}

function emptyPlan({ database, request }: CommandContext, verbosity: string): Document {
  const queryPlanner = {
    namespace: `${database}.${request.collection}`,
    winningPlan: { stage: 'EOF' },
    rejectedPlans: [],
  };
  if (verbosity === 'queryPlanner') return { queryPlanner };
  const executionStats = { executionSuccess: true, nReturned: 0, totalKeysExamined: 0, totalDocsExamined: 0 };
  return { queryPlanner, executionStats };
}

interface ExplainedStatement {
  filter: Document;
  limit?: unknown;
  options: Document;
}

function statementOf({ request, fields }: CommandContext): ExplainedStatement {
  switch (request.name) {
    case 'find':
      return { filter: documentOption(fields, 'filter') ?? {}, limit: fields.limit, options: fields };
    case 'count':
      return { filter: documentOption(fields, 'query') ?? {}, limit: fields.limit, options: fields };
    case 'distinct':
    case 'findAndModify':
      return { filter: documentOption(fields, 'query') ?? {}, options: fields };
    case 'update':
    case 'delete': {
      const [statement = {}] = request.statements(`${request.name}s`);
      return { filter: isDocument(statement.q) ? statement.q : {}, options: statement };
    }
    default:
      throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${request.name}`);
  }
}

const serverInfo = ({ server }: CommandContext) => ({
  host: server.host,
  port: server.port,
  version: '7.0.0',
});
