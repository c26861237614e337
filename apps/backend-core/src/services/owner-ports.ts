/** @module The ports of an owner's runs: made on first use, kept for as long as they are asked for. */
import type { Database, LoginAttempts, Mailer, Passwords, Ports, Tokens } from '@orchestrix/engine';

/** How each port of an owner is made. */
export interface OwnerPortsParts {
  databaseOf(ownerId: string): Database;
  tokensOf(ownerId: string): Tokens;
  mailerOf(ownerId: string): Mailer | undefined;
  passwordsOf(ownerId: string): Passwords;
  loginAttemptsOf(ownerId: string): LoginAttempts;
  /** How many owners are kept. Default: 1000. */
  maxOwners?: number;
}

/** A function that gives the ports of an owner; the one that was not asked for longest is forgotten first. */
export function ownerPorts(parts: OwnerPortsParts): (ownerId: string) => Ports {
  const { databaseOf, tokensOf, mailerOf, passwordsOf, loginAttemptsOf, maxOwners = 1000 } = parts;
  const kept = new Map<string, Ports>();
  const make = (ownerId: string): Ports => {
    const mailer = mailerOf(ownerId);
    return {
      database: databaseOf(ownerId),
      tokens: tokensOf(ownerId),
      passwords: passwordsOf(ownerId),
      loginAttempts: loginAttemptsOf(ownerId),
      ...(mailer ? { mailer } : {}),
    };
  };
  return (ownerId) => {
    const ports = kept.get(ownerId) ?? make(ownerId);
    kept.delete(ownerId);
    kept.set(ownerId, ports);
    if (kept.size > maxOwners) kept.delete(kept.keys().next().value!);
    return ports;
  };
}
