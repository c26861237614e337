/** @module The ports of an owner's executions: made on first use, kept while they are used. */
import type { Database, LoginAttempts, Mailer, Passwords, Ports, Tokens } from '@orchestrix/engine';
import { RecentMap } from '@orchestrix/models';

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

/** A function that gives the ports of an owner; those that were used longest ago are forgotten first. */
export function ownerPorts(parts: OwnerPortsParts): (ownerId: string) => Ports {
  const { databaseOf, tokensOf, mailerOf, passwordsOf, loginAttemptsOf, maxOwners = 1000 } = parts;
  const kept = new RecentMap<string, Ports>(maxOwners);
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
    const known = kept.get(ownerId);
    if (known) return known;
    const ports = make(ownerId);
    kept.set(ownerId, ports);
    return ports;
  };
}
