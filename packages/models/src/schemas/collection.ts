/** @module Collections of an owner: their definitions, and the rows of the earlier backend's shared data collection. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** One typed field of a collection's definition. Further keys (`minLength`, `enum`, …) are kept as they are. */
export interface FieldDefinition {
  name: string;
  type: string;
  required?: boolean;
  unique?: boolean;
  [rule: string]: unknown;
}

/** Where the fields of an old definition come from. */
export type DefinitionSource = 'mongoose' | 'sampled';

/** A row of `collectiondefinitions`. Old rows have no owner and describe their fields by a map of text. */
export interface CollectionDefinitionRow extends Row {
  collectionName?: string;
  ownerId?: string;
  fields?: Record<string, string>;
  definition?: FieldDefinition[];
  description?: string;
  source?: DefinitionSource;
  lastSyncedAt?: Date;
}

/** A row of `dynamicdatas`: one document of the earlier backend, wrapped. */
export interface DynamicDataRow extends Row {
  ownerId: string;
  collectionName: string;
  data: Record<string, unknown>;
}

/** The schema of `collectiondefinitions`. */
export const collectionDefinitionSchema = new Schema<CollectionDefinitionRow>(
  {
    collectionName: String,
    ownerId: String,
    fields: { type: Map, of: String },
    definition: { type: [Schema.Types.Mixed], default: undefined },
    description: String,
    source: { type: String, enum: ['mongoose', 'sampled'] },
    lastSyncedAt: Date,
  },
  { ...SCHEMA_OPTIONS, collection: 'collectiondefinitions' },
);

// Rows without an owner count as one owner, which is what the old index on the name alone said.
collectionDefinitionSchema.index(
  { ownerId: 1, collectionName: 1 },
  { name: 'owner_collection_unique', unique: true },
);

/** The schema of `dynamicdatas`. */
export const dynamicDataSchema = new Schema<DynamicDataRow>(
  {
    ownerId: { type: String, required: true },
    collectionName: { type: String, required: true },
    data: { type: Object, required: true },
  },
  { ...SCHEMA_OPTIONS, collection: 'dynamicdatas' },
);
dynamicDataSchema.index({ ownerId: 1, collectionName: 1 });
