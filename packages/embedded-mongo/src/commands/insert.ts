/** @module The insert command. */
import { checkDocument } from '../bson/walk.ts';
import { isOn } from '../values.ts';
import type { Command } from './command.ts';
import { insertDocument } from './store-document.ts';
import { runStatements, WRITE_FIELDS, withWriteErrors } from './write-statements.ts';

/** insert */
export const insertCommand: Command = {
  fields: ['documents', ...WRITE_FIELDS],
  *run(context) {
    const { fields, database, request, server } = context;
    const documents = request.rawDocuments();
    const validation = isOn(fields.bypassDocumentValidation) ? 'bypass' : 'validate';
    let n = 0;
    const writeErrors = yield* runStatements(context, documents, (bytes) => {
      checkDocument(bytes);
      insertDocument(server.catalogue.findOrCreate(database, request.collection), bytes, validation);
      n++;
    });
    return withWriteErrors({ n }, writeErrors);
  },
};
