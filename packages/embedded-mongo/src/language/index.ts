/** @module The document language: everything about documents, filters, updates and pipelines that needs no storage. */
export { type Collation, isSimpleCollation, stringOrder } from './collation.ts';
export {
  compareBson,
  compareValues,
  EMPTY_ARRAY,
  equalBson,
  RANK,
  rankOf,
  type StringOrder,
  typeNameOf,
} from './compare.ts';
export { distinctValues } from './distinct.ts';
export { type Document, plainOf, plainValue, toBytes, toPlain, toTyped } from './documents.ts';
export { encodeKey } from './encode-key.ts';
export { compileExpression, type ExpressionOptions } from './expression.ts';
export { isOperatorDocument } from './field-conditions.ts';
export {
  documentOf,
  fieldOf,
  getField,
  isDocument,
  keysOf,
  MISSING,
  withField,
  withoutField,
} from './fields.ts';
export { compileElementTest, compileFilter, type Filter, type FilterOptions } from './filter.ts';
export { isNumber, numberKind, toInt64, toNumber } from './numbers.ts';
export { indexValues } from './paths.ts';
export {
  compilePipeline,
  type PipelineInput,
  runPipeline,
  type SplitPipeline,
  splitLeadingMatch,
} from './pipeline.ts';
export { compileProjection, type Projection, type ProjectionOptions } from './projection.ts';
export { compileSort, sortDocuments, sortFields, sortKeyValues } from './sort.ts';
export { type ApplyOptions, compileUpdate, type Update, type UpdateOptions } from './update.ts';
export { documentFromFilter } from './upsert-base.ts';
export { compileValidator, type Validator } from './validator.ts';
export { valueKey } from './value-key.ts';
