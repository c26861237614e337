/** @module The options a connection string may carry here: what owners need, nothing that reaches into the server. */

/**
 * Whether an option is accepted. Options that name files of this machine, a proxy, or a way of logging in with this machine's own
 * rights are not: they would let an owner act as the server. None of those that are accepted holds a secret.
 */
export function isKnownOption(name: string): boolean {
  return KNOWN.has(name.toLowerCase());
}

/** Ways of logging in by a name and a password of the owner's own. */
export function isKnownMechanism(name: string): boolean {
  return ['', 'DEFAULT', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'PLAIN'].includes(name.toUpperCase());
}

const KNOWN: ReadonlySet<string> = new Set(
  [
    'appName',
    'authMechanism',
    'authSource',
    'compressors',
    'connectTimeoutMS',
    'directConnection',
    'heartbeatFrequencyMS',
    'journal',
    'loadBalanced',
    'localThresholdMS',
    'maxConnecting',
    'maxIdleTimeMS',
    'maxPoolSize',
    'maxStalenessSeconds',
    'minPoolSize',
    'readConcernLevel',
    'readPreference',
    'readPreferenceTags',
    'replicaSet',
    'retryReads',
    'retryWrites',
    'serverMonitoringMode',
    'serverSelectionTimeoutMS',
    'socketTimeoutMS',
    'srvMaxHosts',
    'srvServiceName',
    'ssl',
    'timeoutMS',
    'tls',
    'tlsAllowInvalidCertificates',
    'tlsAllowInvalidHostnames',
    'tlsInsecure',
    'w',
    'waitQueueTimeoutMS',
    'wTimeoutMS',
    'zlibCompressionLevel',
  ].map((name) => name.toLowerCase()),
);
