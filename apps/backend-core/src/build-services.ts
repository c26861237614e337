/** @module The services on a database that runs. */
import { join } from 'node:path';
import { createAiAdmission, createAiAllowance, createAiService, Generations } from '@orchestrix/ai/service';
import type { Mailer } from '@orchestrix/engine';
import {
  createDatabaseWatch,
  createHealthService,
  defer,
  type HealthCheck,
  Lifecycle,
  recently,
  runShutdown,
  type ShutdownStep,
} from '@orchestrix/lifecycle';
import { ConnectionLimit, createLimits, Quotas } from '@orchestrix/limits';
import { createOutboxMailer, createSmtpMailer } from '@orchestrix/mailer';
import {
  connect,
  createCallCounts,
  createCollectionData,
  createCollectionService,
  createFairPasswords,
  createModels,
  createPasswords,
  createRateLimiter,
  createRepositories,
  createUsage,
  DefinitionCache,
  disconnect,
  ensureIndexes,
  type Models,
  ping,
  probeWrite,
} from '@orchestrix/models';
import { createOwnerDatabases, type OwnerDatabases } from '@orchestrix/owner-databases';
import {
  createAuthService,
  createRevokedTokens,
  createServerTokens,
  createSessionStore,
  type ServerTokens,
  SessionWatch,
  startCleanupJob,
  type VerifiedClaims,
} from '@orchestrix/sessions';
import type { Config } from './config.ts';
import type { RunningDatabase } from './database.ts';
import { toErrorResponse } from './errors.ts';
import { createAccountMails } from './services/account-mails.ts';
import { createMetrics } from './services/metrics.ts';
import { ownerPorts } from './services/owner-ports.ts';
import { createSandbox } from './services/sandbox.ts';
import type { Services } from './services/services.ts';
import { createWorkflowServices } from './services/workflow-services.ts';
import { createWorkflowTokens } from './services/workflow-tokens.ts';
import { standardOutput } from './utils/log-output.ts';
import { createLogger, type Logger } from './utils/logger.ts';
import { createBuilderService } from './web-client/builder.ts';
import { DraftedCollections } from './web-client/drafted-collections.ts';
import { createGraphDrafter } from './web-client/graph-drafter.ts';
import { createBuilderOwners, dataOwnerOf, hasOwnCollections } from './web-client/owners.ts';

/**
 * Connects and builds. `close` of the result also stops the database.
 *
 * @throws Error when the database does not answer
 */
export async function buildServices(config: Config, database: RunningDatabase): Promise<Services> {
  const logger = createLogger({ level: config.logLevel, format: config.production ? 'json' : 'readable' });
  const connection = await connect(database.uri, {
    serverSelectionTimeoutMS: config.databaseTimeoutMs,
    maxPoolSize: config.databasePoolSize,
    onEvent: (event) => logger.debug(`Database ${event}`),
    onRecovery: (action) => logger.warn('The database driver was stuck and has been helped', { action }),
  });
  const models = createModels(connection);
  // Building indexes takes both threads; whoever asks whether the server is ready shall not wait for that.
  const indexes = defer(INDEX_DELAY_MS, async () => {
    await buildIndexes(models, logger);
    await warnOfForeignKey(ownerDatabases, logger);
  });
  const passwords = createPasswords();
  const repositories = createRepositories(models, {
    logTtlDays: config.executionTtlDays,
    passwords,
    keepVersions: config.limits.quotas.versionsPerWorkflow,
  });
  const sessions = createSessionStore(models, { ttlDays: config.sessionTtlDays });
  const cleanup = startCleanupJob(sessions, {
    onError: (error) => logger.error('Expired sessions could not be removed', { error }),
  });
  const mail = createMail(config);

  const quotas = new Quotas({ usage: createUsage(connection, models), limits: config.limits.quotas, logger });
  const admitWriteOf = (ownerId: string) => (bytes: number, documents: number) =>
    quotas.admitDocuments(ownerId, bytes, documents);
  const hashing = createFairPasswords(passwords);
  const limits = createLimits({
    settings: config.limits,
    limiter: (limit) => createRateLimiter(connection, limit),
    calls: createCallCounts(connection),
  });
  const serverTokens = createServerTokens(config.jwtSecret, config.sessionTtlDays * DAY_MS);
  const auth = createAuthService({
    users: repositories.users,
    sessions,
    revoked: createRevokedTokens(models),
    tokens: serverTokens,
    passwords: hashing.passwordsOf(SERVER_ACCOUNTS),
    indexed: () => indexes.now(),
    onRegister:
      config.welcomeMail && mail.mailer ? createAccountMails(mail.mailer, logger).welcome : undefined,
  });
  const sessionWatch = new SessionWatch({ lasts: auth.lasts });
  auth.onLogout((claims) => sessionWatch.end(claims));
  const definitions = new DefinitionCache((ownerId) => repositories.collections.list(ownerId));
  const collections = createCollectionService({
    collections: repositories.collections,
    dataOf: (ownerId) =>
      createCollectionData(connection, ownerId, {
        maxTimeMs: config.queryTimeoutMs,
        admitWrite: admitWriteOf(ownerId),
      }),
    passwordsOf: hashing.passwordsOf,
    definitions,
  });
  const ownerDatabases = createOwnerDatabases({
    connections: repositories.userDbConnections,
    collections: repositories.collections,
    own: connection,
    encryptionKey: config.encryptionKey,
    privateHosts: config.allowPrivateDatabases ? 'allowed' : 'refused',
    queryTimeoutMs: config.queryTimeoutMs,
    admitWriteOf,
    definitions,
    hasOwnCollections,
    logger,
  });
  const workflows = createWorkflowServices({
    repositories,
    logger,
    keepMs: config.executionTtlDays * DAY_MS,
    timeoutMs: config.executionTimeoutMs,
    limits: config.limits,
    onStored: (ownerId, bytes) => quotas.executionStored(ownerId, bytes),
    portsOf: ownerPorts({
      databaseOf: (ownerId) => ownerDatabases.databaseOf(dataOwnerOf(ownerId)),
      tokensOf: (ownerId) =>
        createWorkflowTokens(config.jwtSecret, ownerId, async (token) => {
          const claims = readClaims(serverTokens, token);
          return claims !== undefined && (await auth.wasEnded(claims));
        }),
      mailerOf: (ownerId) => mail.mailer && limits.limitMailer(ownerId, mail.mailer),
      passwordsOf: hashing.passwordsOf,
      loginAttemptsOf: limits.loginAttemptsOf,
    }),
  });
  const health = createHealthService([
    { name: 'database', kind: database.kind, required: 'required', check: () => ping(connection) },
    {
      name: 'storage',
      kind: database.kind,
      required: 'required',
      check: recently(PROBE_MS, () => probeWrite(connection)),
    },
    ...(mail.check ? [mail.check] : []),
  ]);
  const databaseWatch = createDatabaseWatch({
    ping: () => ping(connection),
    timeoutMs: config.healthDatabaseTimeoutMs,
  });

  const metrics = createMetrics({
    runningExecutions: () => workflows.executions.runningCount,
    droppedLogLines: () => standardOutput().droppedLines(),
  });
  const allowance = createAiAllowance({ usage: repositories.aiUsage, limits: config.ai.limits, logger });
  const admission = createAiAdmission({ allowance, metrics });
  const sandbox = createSandbox();
  const draftedCollections = new DraftedCollections();
  const generations = new Generations();
  const ai = createAiService({
    settings: config.ai,
    sandbox,
    admission,
    generations,
    collectionsOf: ownerDatabases.schemas,
    describeError: (error) => {
      const { status, body } = toErrorResponse(error, { requestId: '', production: config.production });
      return { status, error: body.error, code: body.code };
    },
  });

  const closing: ShutdownStep[] = [
    { name: 'language models', run: () => ai.close() },
    { name: 'sandbox', run: () => sandbox.close(), timeoutMs: 10_000 },
    {
      name: 'executions',
      run: () => workflows.close(config.shutdownTimeoutMs),
      timeoutMs: config.shutdownTimeoutMs + 5_000,
    },
    { name: 'databases of owners', run: () => ownerDatabases.close(), timeoutMs: 15_000 },
    { name: 'limits', run: () => limits.close() },
    { name: 'open logins', run: () => sessionWatch.close() },
    { name: 'session clean-up', run: () => cleanup.stop() },
    { name: 'database watch', run: () => databaseWatch.close() },
    { name: 'indexes', run: () => indexes.cancel() },
    { name: 'mail', run: () => mail.close?.(), timeoutMs: 15_000 },
    { name: 'database connection', run: () => disconnect(connection) },
    { name: 'database', run: () => database.stop() },
  ];
  let closed: Promise<string[]> | undefined;
  return {
    logger,
    models,
    repositories,
    sessions,
    passwords,
    mailer: mail.mailer,
    auth,
    sessionWatch,
    viewerLimit: new ConnectionLimit(config.limits.connections),
    limits,
    quotas,
    collections,
    ownerDatabases,
    health,
    workflows,
    builder: createBuilderService({
      workflows: repositories.workflows,
      apis: repositories.publishedApis,
      executions: workflows.executions,
      changed: workflows.published.changed,
    }),
    builderOwners: createBuilderOwners({ anonymousAccess: config.anonymousAccess }),
    drafter: createGraphDrafter({
      settings: config.ai,
      databases: ownerDatabases,
      admission,
      sandbox,
      drafted: draftedCollections,
    }),
    draftedCollections,
    ai,
    aiAllowance: allowance,
    generations,
    metrics,
    describe: [
      `Data: ${database.place}${database.kind === 'embedded' ? ' (embedded database)' : ''}`,
      mail.place,
      ...(config.ai.provider === 'offline'
        ? ['Drafts: made by rules without a language model, because AI_PROVIDER is offline']
        : []),
    ],
    lifecycle: new Lifecycle(),
    databaseWatch,
    close: (deadline) => {
      closed ??= runShutdown(closing, logger, deadline);
      return closed;
    },
  };
}

const DAY_MS = 86_400_000;

/** Under which name the server's own log-ins wait for their turn to hash; no owner is called so. */
const SERVER_ACCOUNTS = '';

/** The claims of a token of the server's own; nothing of a workflow's. */
function readClaims(tokens: ServerTokens, token: string): VerifiedClaims | undefined {
  try {
    return tokens.verify(token);
  } catch {
    return undefined;
  }
}
/** How often readiness tries a write at most. */
const PROBE_MS = 5_000;

/** How long the server may serve without indexes before it builds them unasked. */
const INDEX_DELAY_MS = 300;

/** In the background: the server serves meanwhile; what needs an index waits for it. */
async function buildIndexes(models: Models, logger: Logger): Promise<void> {
  try {
    const { usersWithTakenEmail } = await ensureIndexes(models);
    if (usersWithTakenEmail.length > 0)
      logger.warn('Accounts share an e-mail address with an older one', { userIds: usersWithTakenEmail });
  } catch (error) {
    logger.error('Indexes could not be built', { error });
  }
}

/** Another key than the one that secrets were stored with is a mistake that is best seen before the first owner's call fails. */
async function warnOfForeignKey(databases: OwnerDatabases, logger: Logger): Promise<void> {
  try {
    const { stored, unreadable } = await databases.countUnreadable();
    if (unreadable === 0) return;
    logger.warn(
      `${unreadable} of ${stored} stored connections cannot be read with this ENCRYPTION_KEY. Start the server with the key that they were stored with; nothing is lost until their owners connect them again.`,
    );
  } catch (error) {
    logger.warn('Stored connections could not be checked', { error });
  }
}

interface Mail {
  mailer: Mailer | undefined;
  /** Where mails go, for people. */
  place: string;
  /** Whether the mail server answers; a dead one leaves the server ready, for most of it needs no mail. */
  check?: HealthCheck;
  close?(): Promise<void>;
}

function createMail({ smtp, smtpLimits, fromEmail, production, dataDir }: Config): Mail {
  if (smtp) {
    const mailer = createSmtpMailer({ ...smtp, ...smtpLimits, from: fromEmail });
    return {
      mailer,
      place: `Mails: through ${smtp.host}:${smtp.port}`,
      check: {
        name: 'mail',
        kind: 'smtp',
        required: 'optional',
        check: recently(MAIL_CHECK_MS, () => mailer.verify()),
      },
      close: () => mailer.close(),
    };
  }
  if (production) return { mailer: undefined, place: 'Mails: none, because SMTP_HOST is not set' };
  const folder = join(dataDir, 'outbox');
  return {
    mailer: createOutboxMailer({ folder, from: fromEmail }),
    place: `Mails: not sent, but written to ${folder}, because SMTP_HOST is not set`,
  };
}

/** How often readiness logs in at the mail server at most. */
const MAIL_CHECK_MS = 30_000;
