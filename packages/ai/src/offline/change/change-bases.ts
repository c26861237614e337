/** @module Workflows that the tests of changes start from. */
import type { WorkflowDefinition } from '@orchestrix/engine';

const ID = { field: 'input.id', required: true, type: 'string', pattern: '^[0-9a-fA-F]{24}$' };
const ID_VARIABLE = { name: 'id', type: 'string', required: true };

/** Products are added. */
export const CREATE: WorkflowDefinition = withInputs([
  {
    id: 'input',
    type: 'input',
    variables: [
      { name: 'name', type: 'string', required: true },
      { name: 'price', type: 'number', required: true },
      { name: 'description', type: 'string' },
    ],
  },
  {
    id: 'validate',
    type: 'inputValidation',
    rules: [
      { field: 'input.name', required: true, type: 'string' },
      { field: 'input.price', required: true, type: 'number' },
      { field: 'input.description', type: 'string' },
    ],
  },
  {
    id: 'create_product',
    type: 'dbInsert',
    collection: 'products',
    data: {
      name: '{{ input.name }}',
      price: '{{ input.price }}',
      description: '{{ input.description }}',
    },
    output: 'created',
  },
  {
    id: 'respond',
    type: 'response',
    statusCode: 201,
    body: { id: '{{ created._id }}', name: '{{ created.name }}', price: '{{ created.price }}' },
  },
]);

/** A message is mailed and kept nowhere. */
export const CONTACT: WorkflowDefinition = withInputs([
  {
    id: 'input',
    type: 'input',
    variables: [
      { name: 'name', type: 'string', required: true },
      { name: 'email', type: 'email', required: true },
      { name: 'message', type: 'string', required: true },
    ],
  },
  {
    id: 'validate',
    type: 'inputValidation',
    rules: [
      { field: 'input.name', required: true, type: 'string' },
      { field: 'input.email', required: true, type: 'email' },
      { field: 'input.message', required: true, type: 'string' },
    ],
  },
  {
    id: 'send_mail',
    type: 'emailSend',
    to: 'office@example.com',
    subject: 'New message',
    body: 'Message:\nName: {{ input.name }}\nEmail: {{ input.email }}\nMessage: {{ input.message }}',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: { ok: true } },
]);

/** A task gets another title, whether it is there or not. */
export const UPDATE: WorkflowDefinition = withInputs([
  {
    id: 'input',
    type: 'input',
    variables: [ID_VARIABLE, { name: 'title', type: 'string', required: true }],
  },
  {
    id: 'validate',
    type: 'inputValidation',
    rules: [ID, { field: 'input.title', required: true, type: 'string' }],
  },
  {
    id: 'update_task',
    type: 'dbUpdate',
    collection: 'tasks',
    filter: { _id: '{{ input.id }}' },
    data: { title: '{{ input.title }}' },
    output: 'updated',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: { ok: true } },
]);

/** A note is deleted if it is there. */
export const DELETE: WorkflowDefinition = withInputs([
  { id: 'input', type: 'input', variables: [ID_VARIABLE] },
  { id: 'validate', type: 'inputValidation', rules: [ID] },
  {
    id: 'find_note',
    type: 'dbFind',
    collection: 'notes',
    filter: { _id: '{{ input.id }}' },
    output: 'existing',
  },
  {
    id: 'check_found',
    type: 'guard',
    value: '{{ existing }}',
    is: 'present',
    statusCode: 404,
    message: 'Note not found',
  },
  {
    id: 'delete_note',
    type: 'dbDelete',
    collection: 'notes',
    filter: { _id: '{{ input.id }}' },
    output: 'deleted',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: { deleted: true } },
]);

/** All products. */
export const LIST: WorkflowDefinition = withInputs([
  { id: 'input', type: 'input', variables: [] },
  {
    id: 'list_products',
    type: 'dbFind',
    collection: 'products',
    findType: 'many',
    filter: {},
    sort: { createdAt: 1 },
    limit: 50,
    output: 'products',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: '{{ products }}' },
]);

/** A product by its id. */
export const READ: WorkflowDefinition = withInputs([
  { id: 'input', type: 'input', variables: [ID_VARIABLE] },
  { id: 'validate', type: 'inputValidation', rules: [ID] },
  {
    id: 'find_product',
    type: 'dbFind',
    collection: 'products',
    filter: { _id: '{{ input.id }}' },
    output: 'product',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: '{{ product }}' },
]);

/** A token for whoever knows the password. */
export const LOG_IN: WorkflowDefinition = withInputs([
  {
    id: 'input',
    type: 'input',
    variables: [
      { name: 'email', type: 'email', required: true },
      { name: 'password', type: 'string', required: true },
    ],
  },
  {
    id: 'log_in',
    type: 'userLogin',
    email: '{{ input.email }}',
    password: '{{ input.password }}',
    output: 'loginResult',
  },
  {
    id: 'check_login',
    type: 'guard',
    value: '{{ loginResult.ok }}',
    is: 'true',
    statusCode: 401,
    message: 'Invalid email or password',
  },
  {
    id: 'create_token',
    type: 'jwtGenerate',
    payload: { userId: '{{ loginResult.userId }}' },
    output: 'token',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: { token: '{{ token }}' } },
]);

/** What a payment provider tells is kept. */
export const WEBHOOK: WorkflowDefinition = withInputs([
  {
    id: 'input',
    type: 'input',
    variables: [
      { name: 'event', type: 'string', required: true },
      { name: 'paymentId', type: 'string', required: true },
      { name: 'amount', type: 'number', required: true },
    ],
  },
  {
    id: 'validate',
    type: 'inputValidation',
    rules: [
      { field: 'input.event', required: true, type: 'string' },
      { field: 'input.paymentId', required: true, type: 'string' },
      { field: 'input.amount', required: true, type: 'number' },
    ],
  },
  {
    id: 'store_event',
    type: 'dbInsert',
    collection: 'payments',
    data: {
      event: '{{ input.event }}',
      paymentId: '{{ input.paymentId }}',
      amount: '{{ input.amount }}',
    },
    output: 'created',
  },
  { id: 'respond', type: 'response', statusCode: 200, body: { received: true } },
]);

function withInputs(steps: WorkflowDefinition['steps']): WorkflowDefinition {
  const variables = (steps[0]?.variables ?? []) as { name: string }[];
  return { steps, edges: [], inputVariables: variables.map((one) => ({ ...one })) };
}
