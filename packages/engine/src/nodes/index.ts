/** @module The built-in node types, in the order in which the catalogue lists them. */

import type { AnyNodeType, NodeType } from '../node.ts';
import { authMiddleware } from './auth-middleware.ts';
import { dbDelete } from './db-delete.ts';
import { dbFind } from './db-find.ts';
import { dbInsert } from './db-insert.ts';
import { dbUpdate } from './db-update.ts';
import { delay } from './delay.ts';
import { emailSend } from './email-send.ts';
import { guard } from './guard.ts';
import { input } from './input.ts';
import { inputValidation } from './input-validation.ts';
import { jwtGenerate } from './jwt-generate.ts';
import { response } from './response.ts';
import { userLogin } from './user-login.ts';

/** Every node type that the engine brings. */
export const builtinNodes: readonly NodeType[] = [
  input,
  inputValidation,
  dbFind,
  dbInsert,
  dbUpdate,
  dbDelete,
  userLogin,
  jwtGenerate,
  authMiddleware,
  emailSend,
  delay,
  guard,
  response,
] as readonly AnyNodeType[] as readonly NodeType[];
