/** @module The ports of an owner's runs: made on first use, kept for as long as they are asked for. */
import type { Database, Mailer, Passwords, Ports, Tokens } from '@orchestrix/engine';

/** How each port of an owner is made. */
export interface OwnerPortsParts {
  databaseOf(ownerId: string): Database;
  tokensOf(ownerId: string): Tokens;
  mailer: Mailer | undefined;
  passwords: Passwords;
  /** How many owners are kept. Default: 1000. */
  maxOwners?: number;
}

/** A function that gives the ports of an owner; the one that was not asked for longest is forgotten first. */
export function ownerPorts(parts: OwnerPortsParts): (ownerId: string) => Ports {
  const { databaseOf, tokensOf, mailer, passwords, maxOwners = 1000 } = parts;
  const kept = new Map<string, Ports>();
  return (ownerId) => {
    const ports = kept.get(ownerId) ?? {
      database: databaseOf(ownerId),
      tokens: tokensOf(ownerId),
      passwords,
      ...(mailer ? { mailer } : {}),
    };
    kept.delete(ownerId);
    kept.set(ownerId, ports);
    if (kept.size > maxOwners) kept.delete(kept.keys().next().value!);
    return ports;
  };
}
