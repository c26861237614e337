/** @module Failures that a client sees, under MongoDB's own numbers and names. */

/** MongoDB's codes that this server uses; numbers and names as in the server's public error list. */
export const MONGO_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  UserNotFound: 11,
  UnsupportedFormat: 12,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  RoleNotFound: 31,
  CannotBackfillArray: 36,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  NoReplicationEnabled: 76,
  NotSingleValueField: 54,
  DollarPrefixedFieldName: 52,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NotSupportedOnThisServer: 115,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  NotAReplicaSet: 123,
  WriteConflict: 112,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  OperationFailed: 96,
  QueryPlanKilled: 175,
  CursorKilled: 237,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  CursorInUse: 12051,
  OutOfDiskSpace: 14031,
  ConversionFailure: 241,
  AmbiguousIndexKeyPattern: 181,
  InvalidIndexSpecificationOption: 197,
  DataCorruptionDetected: 226,
  APIVersionError: 322,
  TransactionsNotSupported: 20,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  DatabaseDifferCase: 13297,
} as const;

/** A name in {@link MONGO_CODES}, or `Location<number>`, which MongoDB says where a number has no other name. */
export type MongoCodeName = keyof typeof MONGO_CODES | `Location${number}`;

/** Thrown when a command, or one write of it, is refused; answered as `{ok: 0, errmsg, code, codeName}` or as a write error. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the answer, such as `keyPattern` and `keyValue` of a duplicate key. */
  readonly info: Record<string, unknown>;

  constructor(codeName: MongoCodeName, message: string, info: Record<string, unknown> = {}) {
    super(message);
    this.name = 'CommandError';
    this.code = codeOf(codeName);
    this.codeName = codeName;
    this.info = info;
  }
}

function codeOf(name: MongoCodeName): number {
  return name in MONGO_CODES
    ? MONGO_CODES[name as keyof typeof MONGO_CODES]
    : Number(name.slice('Location'.length));
}
